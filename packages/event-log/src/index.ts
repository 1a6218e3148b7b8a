export * from "./port.ts";
export type { Codec, Topic, TopicSettings } from "./topic.ts";
export * from "./topics.ts";
