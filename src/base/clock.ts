/** Epoch milliseconds now. One place, so that tests can hold a clock still. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();

/** Resolves after `ms`. */
export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
