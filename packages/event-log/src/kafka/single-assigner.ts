import { AssignerProtocol, type PartitionAssigner } from "kafkajs";

const VERSION = 1;

/**
 * Gives every partition to the member that has been there longest; the others have none and stand by. Each member
 * tells its age in the user data of its subscription, so that a newcomer takes nothing away.
 */
export function singleAssigner(joinedAt: number): PartitionAssigner {
  return ({ cluster }) => ({
    name: "kota-single",
    version: VERSION,
    async assign({ members, topics }) {
      const ageOf = (metadata: Buffer) => {
        const userData = AssignerProtocol.MemberMetadata.decode(metadata)?.userData;
        return userData && userData.length === 8 ? userData.readDoubleBE(0) : Number.POSITIVE_INFINITY;
      };
      const [active] = members
        .map(({ memberId, memberMetadata }) => ({ memberId, age: ageOf(memberMetadata) }))
        .sort((a, b) => a.age - b.age || (a.memberId < b.memberId ? -1 : 1));
      const everything = Object.fromEntries(
        topics.map((topic) => [
          topic,
          cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId),
        ]),
      );
      return members.map(({ memberId }) => ({
        memberId,
        memberAssignment: AssignerProtocol.MemberAssignment.encode({
          version: VERSION,
          assignment: memberId === active?.memberId ? everything : {},
          userData: Buffer.alloc(0),
        }),
      }));
    },
    protocol({ topics }) {
      const userData = Buffer.alloc(8);
      userData.writeDoubleBE(joinedAt, 0);
      return {
        name: "kota-single",
        metadata: AssignerProtocol.MemberMetadata.encode({ version: VERSION, topics, userData }),
      };
    },
  });
}
