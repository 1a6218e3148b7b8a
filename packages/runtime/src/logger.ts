import { type DestinationStream, type Logger, pino } from "pino";
import pretty from "pino-pretty";

export type { Logger } from "pino";

export interface LoggerOptions {
  readonly level: string;
  /** `pretty`: lines for a person. `json`: one JSON document a line. */
  readonly format: "pretty" | "json";
  readonly destination?: DestinationStream;
}

/** Logs go to standard error: standard output is for data. */
export function createLogger(options: LoggerOptions): Logger {
  const destination = options.destination ?? pino.destination({ fd: 2, sync: true });
  const stream =
    options.format === "pretty"
      ? pretty({
          destination,
          colorize: process.stderr.isTTY === true,
          ignore: "pid,hostname,name,service",
          messageFormat: "{service}: {msg}",
          singleLine: true,
          translateTime: "SYS:HH:MM:ss",
        })
      : destination;
  return pino({ level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, stream);
}
