/** Milliseconds on one clock for all threads of the process: `performance.now()` begins anew on each. */
export const sharedNowMs = (): number => performance.timeOrigin + performance.now();
