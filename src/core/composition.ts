/** The rules by which stages follow each other, for pipelines whose order the compiler did not see. Pure: opens nothing. */
import { pipelineFileError, type LungflowError } from './errors.js';
import { itemAt } from './item-at.js';
import type { FactSpec, FactSpecs } from './fact.js';
import type { PortMap } from './port.js';
import type { Stage } from './stage.js';

/** What is wrong with one stage's place. `stage`, `droppedBy`, `givenBy` and `declaredBy` are positions in the pipeline. */
export type CompositionProblem =
  | { readonly kind: 'no-stages' }
  /** `droppedBy`: an earlier stage dropped it; `givenBy`: a later stage gives it. */
  | {
      readonly kind: 'port-unmet';
      readonly stage: number;
      readonly port: string;
      readonly droppedBy?: number | undefined;
      readonly givenBy?: number | undefined;
    }
  | {
      readonly kind: 'port-type';
      readonly stage: number;
      readonly port: string;
      readonly needed: string;
      readonly given: string;
      readonly givenBy: number;
    }
  | {
      readonly kind: 'port-given-twice';
      readonly stage: number;
      readonly port: string;
      readonly givenBy: number;
    }
  | { readonly kind: 'drop-unknown'; readonly stage: number; readonly port: string }
  | {
      readonly kind: 'fact-twice';
      readonly stage: number;
      readonly fact: string;
      readonly declaredBy: number | 'runtime';
    };

/** The column of the seconds that a stage spent on a scan. */
export const secondsFact = (stage: string): string => `seconds_${stage.replaceAll('-', '_')}`;

/** What follows from the order of stages: its problems, and what each stage finds. */
export interface Composition {
  readonly problems: readonly CompositionProblem[];
  /** Ports available to each stage; one more entry at the end: what is left after the last. */
  readonly portsBefore: readonly PortMap[];
  /** QC columns: what the stages declare, in order, then `seconds_<stage>` of every stage but the last. */
  readonly facts: FactSpecs;
}

/** Follows the ports through the stages. Never throws: a wrong composition is described, whole. */
export function checkComposition(stages: readonly Stage[]): Composition {
  const problems: CompositionProblem[] = stages.length === 0 ? [{ kind: 'no-stages' }] : [];
  const available = new Map<string, { type: string; about: string; givenBy: number }>();
  const droppedBy = new Map<string, number>();
  const portsBefore: PortMap[] = [];
  const snapshot = () =>
    Object.fromEntries([...available].map(([name, { type, about }]) => [name, { type, about }]));

  stages.forEach((stage, index) => {
    portsBefore.push(snapshot());
    for (const [port, { type }] of Object.entries(stage.needs)) {
      const had = available.get(port);
      if (!had) {
        const later = stages.findIndex((other, at) => at > index && Object.hasOwn(other.gives, port));
        problems.push({
          kind: 'port-unmet',
          stage: index,
          port,
          droppedBy: droppedBy.get(port),
          givenBy: later < 0 ? undefined : later,
        });
      } else if (had.type !== type) {
        const { type: given, givenBy } = had;
        problems.push({ kind: 'port-type', stage: index, port, needed: type, given, givenBy });
      }
    }
    for (const [port, { type, about }] of Object.entries(stage.gives)) {
      const had = available.get(port);
      if (had) problems.push({ kind: 'port-given-twice', stage: index, port, givenBy: had.givenBy });
      else available.set(port, { type, about, givenBy: index });
    }
    for (const port of stage.drops) {
      if (!Object.hasOwn(stage.needs, port) && !Object.hasOwn(stage.gives, port))
        problems.push({ kind: 'drop-unknown', stage: index, port });
      if (available.delete(port)) droppedBy.set(port, index);
    }
  });
  portsBefore.push(snapshot());
  return { problems, portsBefore, facts: collectFacts(stages, problems) };
}

function collectFacts(stages: readonly Stage[], problems: CompositionProblem[]): FactSpecs {
  const facts = new Map<string, { spec: FactSpec; declaredBy: number | 'runtime' }>();
  // A stage that stands twice has one column: its seconds are summed.
  const seconds = new Map(
    stages.slice(0, -1).map(({ name }) => [
      secondsFact(name),
      {
        spec: { type: 'float64', about: `time that \`${name}\` worked on the scan, s` } as const,
        declaredBy: 'runtime' as const,
      },
    ]),
  );
  const givesAgain = new Set(
    problems.map((problem) => (problem.kind === 'port-given-twice' ? problem.stage : undefined)),
  );
  stages.forEach((stage, index) => {
    for (const [fact, spec] of Object.entries(stage.facts)) {
      const earlier = facts.get(fact) ?? seconds.get(fact);
      const again =
        earlier && earlier.declaredBy !== 'runtime' && itemAt(stages, earlier.declaredBy).name === stage.name;
      if (again && givesAgain.has(index)) continue; // the same stage twice: said once
      if (earlier) problems.push({ kind: 'fact-twice', stage: index, fact, declaredBy: earlier.declaredBy });
      else facts.set(fact, { spec, declaredBy: index });
    }
  });
  return Object.fromEntries([...facts, ...seconds].map(([name, { spec }]) => [name, spec]));
}

/** A problem in two clauses: what was found, and what was expected. `where` names a stage's position (`line 9`). */
export function explainComposition(
  problem: CompositionProblem,
  stages: readonly Stage[],
  where: (stage: number) => string = (stage) => `stage ${stage + 1}`,
): { readonly found: string; readonly expected: string } {
  const stageAt = (at: number) => `\`${itemAt(stages, at).name}\` (${where(at)})`;
  if (problem.kind === 'no-stages')
    return { found: 'a pipeline without stages', expected: 'at least one stage' };
  const name = `\`${itemAt(stages, problem.stage).name}\``;
  switch (problem.kind) {
    case 'port-unmet': {
      const { port, stage, droppedBy, givenBy } = problem;
      if (droppedBy !== undefined)
        return {
          found: `${name}, which needs \`${port}\` after ${stageAt(droppedBy)} dropped it`,
          expected: `${name} to stand before ${stageAt(droppedBy)}`,
        };
      const need = `which needs \`${port}\`, given by no stage before it`;
      const found = stage === 0 ? `${name} as the first stage, ${need}` : `${name}, ${need}`;
      if (givenBy !== undefined)
        return { found, expected: `${name} to move below ${stageAt(givenBy)}, which gives it` };
      return { found, expected: `a stage before it that gives \`${port}\`` };
    }
    case 'port-type':
      return {
        found: `${name}, which needs \`${problem.port}\` as ${problem.needed}`,
        expected: `${problem.given}, as ${stageAt(problem.givenBy)} gives it`,
      };
    case 'port-given-twice':
      return {
        found: `${name}, which gives \`${problem.port}\` again`,
        expected: `\`${problem.port}\` to be given once: ${stageAt(problem.givenBy)} already does`,
      };
    case 'drop-unknown':
      return {
        found: `${name}, which drops \`${problem.port}\` without needing or giving it`,
        expected: 'a stage to drop only ports that it needs or gives',
      };
    case 'fact-twice':
      return {
        found: `${name}, which declares the fact \`${problem.fact}\` again`,
        expected:
          problem.declaredBy === 'runtime'
            ? 'another name: the runtime itself records it'
            : `each fact to be declared once: ${stageAt(problem.declaredBy)} already does`,
      };
  }
}

/** The composition of a pipeline written in TypeScript. @throws LungflowError `composition` with its first problem. */
export function requireComposition(stages: readonly Stage[]): Composition {
  const composition = checkComposition(stages);
  const [first] = composition.problems;
  if (first) throw compositionError(first, stages);
  return composition;
}

function compositionError(problem: CompositionProblem, stages: readonly Stage[]): LungflowError {
  const { found, expected } = explainComposition(problem, stages);
  return pipelineFileError(
    'composition',
    `The pipeline holds ${found}.`,
    `Correct the order of its stages: expected ${expected}.`,
  );
}
