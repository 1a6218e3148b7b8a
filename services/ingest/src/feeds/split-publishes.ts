import type { Duplex } from "node:stream";
import type { MqttClient } from "mqtt";
import { createPublishSplitter, type Publish } from "./publish-splitter.ts";

export type { Publish } from "./publish-splitter.ts";

/**
 * Gives `take` the messages that come on the client's next connection, and the client everything else. No further message
 * is taken, and nothing more is read from the connection, while what `take` returned is not resolved.
 *
 * MQTT.js pipes its stream into its parser, and does nothing else with what comes in: so the pipe is where to get in
 * between. That is how it is written, and not documented; the tests of the client hold it to that. Messages of QoS 2 stay
 * the client's, for its `handleMessage`.
 */
export function splitPublishes(client: MqttClient, take: (message: Publish) => Promise<void> | null): void {
  const inside = client as unknown as { streamBuilder: (client: MqttClient) => Duplex };
  const build = inside.streamBuilder;
  inside.streamBuilder = (of) => {
    const stream = build(of);
    const splitter = createPublishSplitter(client.options.protocolVersion === 5 ? 5 : 4);
    stream.pipe = <T extends NodeJS.WritableStream>(parser: T): T => {
      stream.on("data", (chunk: Buffer) => {
        splitter.push(chunk);
        advance(parser);
      });
      stream.once("end", () => parser.end());
      return parser;
    };

    function advance(parser: NodeJS.WritableStream): void {
      for (let next = splitter.next(); next !== null; next = splitter.next()) {
        if (Buffer.isBuffer(next)) {
          parser.write(next);
          continue;
        }
        const wait = take(next);
        if (wait === null) continue;
        stream.pause();
        void wait.then(() => {
          advance(parser);
          stream.resume();
        });
        return;
      }
    }
    return stream;
  };
}
