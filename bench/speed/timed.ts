import type { WorkerPool } from '../../src/workers/pool.js';
import type { Peer, Taken } from './section.js';

/** What there is to tell of some work beside what it took. */
type Details = Readonly<Record<string, unknown>>;
type Work = () => Promise<Details | undefined>;

/** Seconds on the clock and of this process's processor, worker threads included. */
export async function timed(work: Work): Promise<Taken> {
  const [began, cpuBegan] = [performance.now(), process.cpuUsage()];
  const details = await work();
  const seconds = (performance.now() - began) / 1e3;
  const { user, system } = process.cpuUsage(cpuBegan);
  return { ...details, seconds, cpuSeconds: (user + system) / 1e6 };
}

/** Ours as a contestant, in this process. */
export const inProcess = (work: Work, workers: WorkerPool): Peer => ({
  once: () => timed(work),
  close: () => workers.close(),
});
