/** How many pieces of work may keep the disk, the worker threads or the accelerator busy, earlier scans' first. */
import { sharedNowMs } from '../core/clock.js';
import type { WorkOwner } from '../core/shared-workers.js';
import type { Lane } from '../core/stage.js';
import { Turns } from '../core/turns.js';
import type { RunObserver } from './observer.js';

/** Does a piece of a stage's work when the lane has room. */
export type LaneQueue = <T>(stage: string, owner: WorkOwner, work: () => Promise<T>) => Promise<T>;
export type Lanes = Readonly<Record<Lane, LaneQueue>>;

export function createLanes(threads: number, observer?: RunObserver): Lanes {
  const lane = (name: Lane, slots: number): LaneQueue => {
    const turns = new Turns(slots);
    if (!observer) return (_, { index }, work) => turns.take(index, work);
    return (stage, { sid, index }, work) =>
      turns.take(index, async (slot) => {
        const startMs = sharedNowMs();
        try {
          return await work();
        } finally {
          observer.laneWork({ lane: name, slot, stage, sid, startMs, endMs: sharedNowMs() });
        }
      });
  };
  return { io: lane('io', 2), cpu: lane('cpu', threads), gpu: lane('gpu', 1) };
}
