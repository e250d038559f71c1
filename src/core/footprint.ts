/** From each stage's declared footprint to the memory that a scan takes at every step of its way. */
import { portsLiveAfter } from './liveness.js';
import { itemAt } from './item-at.js';
import type { Scale, Stage } from './stage.js';

/** Bytes of one scan; not finite where a footprint asks for a size that the first stage does not tell. */
export interface StageMemory {
  /** What the stage adds while it works: values that it gives, and scratch. */
  readonly adds: number;
  /** While the stage works. */
  readonly peak: number;
  /** Once the stage is done and what has died is freed. */
  readonly holds: number;
  /** The highest peak of this stage and those after it. */
  readonly need: number;
}

export function memoryByStage(stages: readonly Stage[], scale: Scale): StageMemory[] {
  const live = portsLiveAfter(stages);
  const held = new Map<string, number>();
  const total = () => sum(held.values());
  const memory = stages.map((stage, i) => {
    const { gives, working } = stage.footprint(scale);
    for (const [name, bytes] of Object.entries(gives)) held.set(name, bytes);
    const peak = total() + working;
    const stillLive = itemAt(live, i);
    for (const name of held.keys()) if (!stillLive.has(name)) held.delete(name);
    return { adds: sum(Object.values(gives)) + working, peak, holds: total() };
  });
  const needFrom = (i: number) => Math.max(...memory.slice(i).map(({ peak }) => peak));
  return memory.map((stage, i) => ({ ...stage, need: needFrom(i) }));
}

const sum = (bytes: Iterable<number>): number => [...bytes].reduce((total, one) => total + one, 0);
