import type { Peer, Taken } from './section.js';

/** Seconds on the clock and of this process's processor, worker threads included. */
export async function timed(work: () => Promise<unknown>): Promise<Taken> {
  const [began, cpuBegan] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(cpuBegan);
  return { seconds: (performance.now() - began) / 1e3, cpuSeconds: (user + system) / 1e6 };
}

/** Ours as a contestant, in this process. */
export const inProcess = (work: () => Promise<unknown>, close: () => Promise<void>): Peer => ({
  once: () => timed(work),
  close,
});
