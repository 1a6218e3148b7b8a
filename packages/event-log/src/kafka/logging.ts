import { type logCreator, logLevel } from "kafkajs";

/** Where kafkajs's own log goes; pino's loggers fit. */
export interface KafkaLogger {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

/** What kafkajs calls an error and then repairs by itself: the daily life of a group, or a broker that is just starting. */
const ROUTINE =
  /rebalanc|Restarting the consumer|coordinator is (loading|not available)|not aware of this member|There is no leader|Response (Heartbeat|JoinGroup|SyncGroup|FindCoordinator|GroupCoordinator|OffsetFetch|CreateTopics|Metadata)/i;

/**
 * kafkajs logs each step of its own recovery as an error. What it repairs is at most a warning; what it
 * cannot repair comes to kota as a rejected promise or a crash event.
 */
export function logTo(logger: KafkaLogger | undefined): logCreator {
  return () =>
    ({ level, namespace, log }) => {
      if (!logger) return;
      const { message, timestamp: _timestamp, logger: _logger, stack: _stack, ...details } = log;
      const text = `${namespace}: ${message}`;
      const routine = ROUTINE.test(message) || ROUTINE.test(String(details.error ?? ""));
      if (level <= logLevel.WARN && !routine) logger.warn(details, text);
      else logger.debug(details, text);
    };
}
