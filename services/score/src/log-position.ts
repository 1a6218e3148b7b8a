/** A place in the log of readings. */
export interface LogPosition {
  readonly partition: number;
  readonly offset: number;
}

const MAX_PARTITIONS = 1024;

/** As one number, so that a closed hour can keep it in a row of numbers. Exact up to 8·10¹² records in a partition. */
export function packPosition({ partition, offset }: LogPosition): number {
  return offset * MAX_PARTITIONS + partition;
}

export function unpackPosition(packed: number): LogPosition {
  return { partition: packed % MAX_PARTITIONS, offset: Math.floor(packed / MAX_PARTITIONS) };
}

/** Whether everything before `offset` of the partition is before the packed position. False for another partition. */
export function reaches(packed: number | null, { partition, offset }: LogPosition): boolean {
  if (packed === null) return false;
  const position = unpackPosition(packed);
  return position.partition === partition && position.offset >= offset;
}
