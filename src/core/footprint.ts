/** From each stage's declared footprint to the memory that a scan takes at every step of its way. */
import { portsLiveAfter } from './liveness.js';
import type { Scale, Stage } from './stage.js';

/** Bytes of one scan: `peak` while the stage works on it, `holds` once the stage is done and what has died is freed. */
export interface StageMemory {
  readonly peak: number;
  readonly holds: number;
}

export function memoryByStage(stages: readonly Stage[], scale: Scale): StageMemory[] {
  const live = portsLiveAfter(stages);
  const held = new Map<string, number>();
  const total = () => [...held.values()].reduce((sum, bytes) => sum + bytes, 0);
  return stages.map((stage, i) => {
    const { gives, working } = stage.footprint(scale);
    for (const [name, bytes] of Object.entries(gives)) held.set(name, bytes);
    const peak = total() + working;
    for (const name of held.keys()) if (!live[i].has(name)) held.delete(name);
    return { peak, holds: total() };
  });
}

/** `[i]`: the most bytes a scan takes from stage i to the end: what it must have reserved. */
export function reserveByStage(stages: readonly Stage[], scale: Scale): number[] {
  const memory = memoryByStage(stages, scale);
  return memory.map((_, i) => Math.max(...memory.slice(i).map(({ peak }) => peak)));
}
