export * from "./city.ts";
export * from "./errors.ts";
export * from "./message.ts";
export * from "./metrics.ts";
export * from "./reading.ts";
export * from "./rejection.ts";
export * from "./roll-up.ts";
export * from "./score.ts";
