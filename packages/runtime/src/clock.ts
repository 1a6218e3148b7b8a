/** The time, passed in so that tests and simulation can hold it. Unix milliseconds. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();
