/** A pipeline whose input is a directory of what its first stages would have made: it starts behind them. */
import { checkComposition, explainComposition, type Composition } from '../../core/composition.js';
import { itemAt } from '../../core/item-at.js';
import type { AnyStageType, DirectoryCohort, Stage } from '../../core/stage.js';
import { askWhoKnows } from '../cohort/cohort-directory.js';
import type { ResolvedStage } from './configured-stage.js';
import type { Manifest } from '../cohort/manifest.js';
import type { Place, Problem } from '../yaml/problems.js';
import { emptyDict } from '../yaml/tree.js';

/** A stage with its place in the file. */
export interface PlacedStage {
  readonly resolved: ResolvedStage;
  readonly stage: Stage;
}

/** How a pipeline starts from a directory in place of a manifest. */
export interface DirectoryStart {
  /** The stage that reads the directory. */
  readonly stage: string;
  /** Names of the file's stages that have nothing to do, in order. */
  readonly leftOut: readonly string[];
  readonly cohort: Manifest;
}

interface Candidate {
  readonly startsFrom: DirectoryCohort;
  readonly start: () => PlacedStage;
  /** Where it stands in the file itself. */
  readonly position?: number;
}

/**
 * The file's own stages are asked first, then `stageTypes`. Behind the one that knows the directory stay those whose needs
 * are still met, and every writer.
 * @returns undefined, and why in `problems`, where that is no pipeline
 */
export async function startFromDirectory(
  directory: string,
  at: Place,
  placed: readonly PlacedStage[],
  stageTypes: readonly AnyStageType[],
  problems: Problem[],
): Promise<{ placed: PlacedStage[]; composition: Composition; start: DirectoryStart } | undefined> {
  const candidates = [...placed.flatMap(inFile), ...stageTypes.flatMap((type) => inRegistry(type, at))];
  const found = await askWhoKnows(directory, at, candidates, problems);
  if (!found) return undefined;

  const start = found.knows.start();
  const behind = placed.slice((found.knows.position ?? -1) + 1);
  const staying = stagesBehind(start.stage, behind);
  const whole = [start, ...staying];
  const composition = checkComposition(whole.map(({ stage }) => stage));
  problems.push(...explain(whole, composition));
  const gives = Object.keys(start.stage.gives).join(', ');
  const [first] = staying;
  if (!first)
    problems.push({
      ...at,
      found: `a directory that gives ${gives}, which no stage of the pipeline works on`,
      expected: 'a manifest, or another pipeline',
    });
  if (problems.length > 0 || !first) return undefined;

  const leftOut = placed
    .filter((one) => one !== start && !staying.includes(one))
    .map(({ stage }) => stage.name);
  const notice = `The input holds ${gives} (\`${start.stage.name}\`): the run starts at ${first.stage.name}; left out: ${leftOut.join(', ')}.`;
  const cohort: Manifest = {
    subjects: found.subjects,
    unavailable: new Map(),
    notices: leftOut.length > 0 ? [notice] : [],
  };
  return { placed: whole, composition, start: { stage: start.stage.name, leftOut, cohort } };
}

const inFile = (one: PlacedStage, position: number): Candidate[] =>
  one.stage.startsFrom ? [{ startsFrom: one.stage.startsFrom, start: () => one, position }] : [];

function inRegistry(type: AnyStageType, at: Place): Candidate[] {
  const { stageName: name, spec } = type;
  if (!spec.startsFrom) return [];
  const options = emptyDict(at);
  const resolved: ResolvedStage = { entry: { at, source: { name }, options }, type, name, options };
  return [{ startsFrom: spec.startsFrom, start: () => ({ resolved, stage: type() }) }];
}

/** A stage that needs nothing is a source itself, and what stands before the first that works on `start` made its input. */
function stagesBehind(start: Stage, placed: readonly PlacedStage[]): PlacedStage[] {
  const given = new Map(Object.entries(start.gives).map(([name, { type }]) => [name, type]));
  const isMet = ({ needs }: Stage) =>
    Object.entries(needs).every(([name, { type }]) => given.get(name) === type);
  const first = placed.findIndex(({ stage }) => Object.keys(stage.needs).length > 0 && isMet(stage));
  return placed.filter(({ stage }, position) => {
    const stays = stage.ordered || (first >= 0 && position >= first && isMet(stage));
    if (!stays) return false;
    for (const [name, { type }] of Object.entries(stage.gives)) given.set(name, type);
    for (const name of stage.drops) given.delete(name);
    return true;
  });
}

function explain(placed: readonly PlacedStage[], { problems }: Composition): Problem[] {
  const stages = placed.map(({ stage }) => stage);
  const where = (index: number) => {
    const { line } = itemAt(placed, index).resolved.entry.at;
    return line === undefined ? 'from the input' : `line ${line}`;
  };
  return problems.flatMap((problem) => {
    if (problem.kind === 'no-stages') return [];
    const { found, expected } = explainComposition(problem, stages, where);
    return {
      ...itemAt(placed, problem.stage).resolved.entry.at,
      found: `${found} when the run starts with \`${itemAt(stages, 0).name}\``,
      expected: problem.kind === 'port-unmet' ? 'a manifest of scans as the input' : expected,
    };
  });
}
