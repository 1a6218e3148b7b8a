export { type Appender, type AppenderOptions, createAppender } from "./appender.ts";
export { type EmbeddedLogOptions, openEmbeddedLog } from "./embedded/embedded-log.ts";
export { GROUPS } from "./groups.ts";
export { type KafkaLogOptions, openKafkaLog } from "./kafka/kafka-log.ts";
export * from "./port.ts";
export { openTable, type Table, type TableOptions } from "./table.ts";
export type { Codec, Topic, TopicSettings } from "./topic.ts";
export * from "./topics.ts";
export { writeTogether } from "./write-together.ts";
