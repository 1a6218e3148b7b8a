import type { LoadPlan } from "./load-plan.ts";

/** A load at full speed has the event times of one at this speed. Messages a second. */
export const FULL_SPEED = 40_000;

/** Where in event time a load of so many messages, at so many a second, begins, and how far apart those of a device are. */
export type EventTimes = (
  messages: number,
  perSecond: number,
) => Pick<LoadPlan, "messages" | "start" | "stepMs">;

/**
 * Times of loads that follow each other: those of now, as a city's are, since late readings would be another load; and no
 * device and time twice, so that to count a stretch of time is to count a load.
 */
export function timesOfNow(devices: number, clock: () => number = Date.now): EventTimes {
  let planned = 0;
  return (messages, perSecond) => {
    const stepMs = Math.max(1, Math.floor((devices * 1000) / perSecond));
    const start = Math.max(planned, clock());
    planned = start + Math.ceil(messages / devices) * stepMs;
    return { messages, start, stepMs };
  };
}
