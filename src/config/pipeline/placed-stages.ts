/** The composition of a file's stages: its problems with their lines, also where some stages are wrong themselves. */
import {
  checkComposition,
  explainComposition,
  type Composition,
  type CompositionProblem,
} from '../../core/composition.js';
import type { AnyStageType, Stage } from '../../core/stage.js';
import type { ResolvedStage } from './configured-stage.js';
import { listNames, nearest } from '../yaml/nearest.js';
import type { Problem } from '../yaml/problems.js';

/** @returns undefined where too little is known of some stage to follow the ports. */
export function composeStages(
  resolved: readonly ResolvedStage[],
  configured: readonly (Stage | undefined)[],
  stageTypes: readonly AnyStageType[],
  problems: Problem[],
): Composition | undefined {
  const stages: Stage[] = [];
  for (const [index, one] of resolved.entries()) {
    const stage = configured[index] ?? standIn(one, stageTypes);
    if (!stage) return undefined;
    stages.push(stage);
  }
  const composition = checkComposition(stages);
  const where = (index: number) => `line ${resolved[index].entry.at.line ?? 1}`;
  for (const problem of composition.problems) {
    if (problem.kind === 'no-stages') continue; // the file's own schema has said so
    const { entry, type } = resolved[problem.stage];
    if (problem.kind === 'port-given-twice' && !type) continue; // a guess, not a fault
    const words = explainComposition(problem, stages, where);
    problems.push({ ...entry.at, ...words, ...advice(problem, words.expected, composition, stageTypes) });
  }
  return composition;
}

/** What a stage with wrong options, or with a misspelt name, would need and give. */
function standIn({ type, name }: ResolvedStage, stageTypes: readonly AnyStageType[]): Stage | undefined {
  const near = nearest(
    name,
    stageTypes.map(({ stageName }) => stageName),
  );
  const meant = type ?? stageTypes.find(({ stageName }) => stageName === near);
  if (!meant) return undefined;
  const { version, lane, needs, gives, drops = [], facts = {}, ordered = false } = meant.spec;
  return {
    ...{ name: meant.stageName, version, lane, gives, drops, facts, ordered, writesTo: [], config: {} },
    needs: typeof needs === 'function' ? {} : needs,
    footprint: () => ({ gives: {}, working: 0 }),
    open: () => Promise.reject(new Error('a stand-in is never opened')),
  };
}

/** Names the shipped stages that would give what is missing, or the port that was probably meant. */
function advice(
  problem: CompositionProblem,
  expected: string,
  { portsBefore }: Composition,
  stageTypes: readonly AnyStageType[],
): { expected?: string; suggestion?: string | undefined } {
  if (problem.kind !== 'port-unmet') return {};
  const { port, stage, droppedBy, givenBy } = problem;
  if (droppedBy !== undefined || givenBy !== undefined) return {};
  const givers = stageTypes.filter(({ spec }) => Object.hasOwn(spec.gives, port));
  if (givers.length === 0) return { suggestion: nearest(port, Object.keys(portsBefore[stage])) };
  return { expected: `${expected}, such as ${listNames(givers.map(({ stageName }) => stageName))}` };
}
