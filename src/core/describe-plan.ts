/** The stages of a pipeline one after the other, with what a scan carries from each to the next. */
import { memoryByStage, type StageMemory } from './footprint.js';
import { itemAt } from './item-at.js';
import { portsLiveAfter } from './liveness.js';
import type { PortMap } from './port.js';
import type { Lane, Scale, Stage } from './stage.js';

/** One stage of a plan. */
export interface PlannedStage {
  readonly name: string;
  readonly lane: Lane;
  readonly needs: PortMap;
  readonly gives: PortMap;
  /** Ports that some later stage needs: whatever else the scan carries is freed. */
  readonly liveAfter: ReadonlySet<string>;
  /** Where the sizes of a scan are known. */
  readonly memory: StageMemory | undefined;
}

/**
 * What `pipeline describe` draws.
 * @param scale sizes of the scan for which bytes are estimated
 */
export function describePlan(stages: readonly Stage[], scale?: Scale): PlannedStage[] {
  const liveAfter = portsLiveAfter(stages);
  const memory = scale && memoryByStage(stages, scale);
  return stages.map(({ name, lane, needs, gives }, i) => ({
    name,
    lane,
    needs,
    gives,
    liveAfter: itemAt(liveAfter, i),
    memory: memory && itemAt(memory, i),
  }));
}
