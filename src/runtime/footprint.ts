/** From each stage's declared footprint to what a scan must reserve at every step of its way. */
import { portsLiveAfter } from '../core/liveness.js';
import type { Scale, Stage } from '../core/stage.js';

/** `[i]`: the most bytes the scan holds from stage i to the end. */
export function reserveByStage(stages: readonly Stage[], scale: Scale): number[] {
  const live = portsLiveAfter(stages);
  const held = new Map<string, number>();
  const total = () => [...held.values()].reduce((sum, bytes) => sum + bytes, 0);
  const during = stages.map((stage, i) => {
    const { gives, working } = stage.footprint(scale);
    for (const [name, bytes] of Object.entries(gives)) held.set(name, bytes);
    const bytes = total() + working;
    for (const name of held.keys()) if (!live[i].has(name)) held.delete(name);
    return bytes;
  });
  return during.map((_, i) => Math.max(...during.slice(i)));
}
