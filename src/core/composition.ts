/** What follows from the order of stages alone: which ports stand before each, and which facts come out at the end. */
import type { FactSpecs } from './fact.js';
import type { PortMap } from './port.js';
import type { Stage } from './stage.js';

/** `[i]`: the ports that stage i finds. */
export function portsBefore(stages: readonly Stage[]): PortMap[] {
  let ports: PortMap = {};
  return stages.map((stage) => {
    const found = ports;
    const dropped = new Set(stage.drops);
    ports = Object.fromEntries(
      Object.entries({ ...ports, ...stage.gives }).filter(([name]) => !dropped.has(name)),
    );
    return found;
  });
}

export const secondsFact = (stage: string): string => `seconds_${stage}`;

/** Every fact the stages declare, then the seconds each took: the QC columns, in order. The last stage cannot time itself. */
export function factsOf(stages: readonly Stage[]): FactSpecs {
  const declared = Object.assign({}, ...stages.map((stage) => stage.facts)) as FactSpecs;
  const seconds = stages
    .slice(0, -1)
    .map(({ name }) => [secondsFact(name), { type: 'float64', about: `seconds spent in ${name}` }] as const);
  return { ...declared, ...Object.fromEntries(seconds) };
}
