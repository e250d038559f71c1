/** How many pieces of work may keep the disk, the worker threads or the accelerator busy, earlier scans' first. */
import { sharedNowMs } from '../core/clock.js';
import type { WorkOwner } from '../core/shared-workers.js';
import { ACCELERATOR_PLACES, type Lane } from '../core/stage.js';
import { PrioritySemaphore } from '../core/priority-semaphore.js';
import { LaneMeter } from './lane-meter.js';
import type { RunObserver } from './observer.js';

export interface LaneQueue {
  readonly meter: LaneMeter;
  /** Does a piece of a stage's work when the lane has room. @param owner whose `sid` may be settled as late as the work begins */
  take<T>(stage: string, owner: WorkOwner, work: () => Promise<T>): Promise<T>;
}
export type Lanes = Readonly<Record<Lane, LaneQueue>>;

export function createLanes(threads: number, observer?: RunObserver): Lanes {
  const queue = (lane: Lane, places: number): LaneQueue => {
    const semaphore = new PrioritySemaphore(places);
    const meter = new LaneMeter(lane, places);
    return {
      meter,
      take: (stage, owner, work) =>
        semaphore.run(owner.index, async (slot) => {
          const startMs = sharedNowMs();
          meter.enter();
          try {
            return await work();
          } finally {
            meter.leave();
            observer?.laneWork({ lane, slot, stage, sid: owner.sid, startMs, endMs: sharedNowMs() });
          }
        }),
    };
  };
  return { io: queue('io', 2), cpu: queue('cpu', threads), gpu: queue('gpu', ACCELERATOR_PLACES) };
}
