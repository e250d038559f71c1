/** One p-limit per lane: how many pieces of work may keep the disk, the worker threads or the accelerator busy. */
import pLimit, { type LimitFunction } from 'p-limit';
import type { Lane } from '../core/stage.js';

export type Lanes = Readonly<Record<Lane, LimitFunction>>;

export function createLanes(threads: number): Lanes {
  return { io: pLimit(2), cpu: pLimit(threads), gpu: pLimit(1) };
}
