export * from "./city.ts";
export * from "./clock.ts";
export * from "./config.ts";
export * from "./health-server.ts";
export * from "./logger.ts";
export * from "./metrics.ts";
export * from "./retry.ts";
export * from "./service.ts";
