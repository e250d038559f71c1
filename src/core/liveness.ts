/** When a value dies: a 300 MB volume must not outlive the last stage that needs it. */
import type { Stage } from './stage.js';

/** `[i]`: the ports that some stage after stage i needs. Whatever else a scan carries by then can go. */
export function portsLiveAfter(stages: readonly Stage[]): ReadonlySet<string>[] {
  return stages.map((_, i) => new Set(stages.slice(i + 1).flatMap(({ needs }) => Object.keys(needs))));
}
