/** A pipeline file → configured stages in a composition that holds. Knows no particular stage: the registry is an argument. */
import { basename, dirname, extname, resolve } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import {
  checkComposition,
  explainComposition,
  type Composition,
  type CompositionProblem,
} from '../core/composition.js';
import { LungflowError } from '../core/errors.js';
import type { FactSpecs } from '../core/fact.js';
import type { PortMap } from '../core/port.js';
import type { AnyStageType, Stage } from '../core/stage.js';
import { explainIssues } from './explain-issues.js';
import { listNames, nearest } from './nearest.js';
import { keysAt, shapeOf } from './option-schema.js';
import { substitute } from './parameters.js';
import { FileProblems, type Problem } from './problems.js';
import { parseSetting, type Setting } from './settings.js';
import { readStageEntry, type StageEntry } from './stage-entry.js';
import { importStageType } from './stage-module.js';
import { MIB, readTextFile } from './text-file.js';
import { emptyDict, toRecord, toValue, withValueAt, type Dict, type ScalarValue, type Tree } from './tree.js';
import { parseYaml } from './yaml-tree.js';

export interface LoadOptions {
  /** The stages that a file may name. */
  readonly stageTypes: readonly AnyStageType[];
  /** `key=value`, as on the command line; later ones win. */
  readonly set?: readonly string[];
  /** What paths of `--set` are relative to. */
  readonly cwd?: string;
  /** Sets an option of every stage that has it (`--engine wasm` is `{ engine: 'wasm' }`); `set` wins over it. */
  readonly overrides?: Readonly<Record<string, ScalarValue>>;
}

export interface LoadedStage {
  readonly stage: Stage;
  readonly line: number;
  /** The third party's module, as written. */
  readonly use?: string;
}

export interface LoadedPipeline {
  /** From the file, otherwise the file's own name. */
  readonly name: string;
  readonly about: string;
  /** Absolute. */
  readonly file: string;
  /**
   * What is computed, as YAML, after `--set`: without `input` and `out`, parameters filled in, paths as they were
   * written (of an absolute one only the last part, so that it says nothing about the machine).
   */
  readonly text: string;
  /** Absolute; the manifest that the file names. */
  readonly input?: string;
  /** Absolute; the results' directory that the file names. */
  readonly out?: string;
  readonly stages: readonly LoadedStage[];
  /** Ports available to each stage, and one entry more: what is left after the last. */
  readonly portsBefore: readonly PortMap[];
  /** QC columns of all stages, with `seconds_<stage>` of every stage but the last. */
  readonly facts: FactSpecs;
  /** A path written in the file, made absolute. */
  readonly resolvePath: (path: string) => string;
}

const MAX_BYTES = MIB;
const nameSchema = z.string().regex(/^[a-z0-9-]+$/, 'a name of lower-case letters, digits and `-`');
const fileSchema = z.strictObject({
  name: nameSchema.optional(),
  about: z.string().optional(),
  input: z.string().min(1).optional(),
  out: z.string().min(1).optional(),
  params: z
    .record(z.string().regex(/^[\w-]+$/, 'a name of letters, digits, `-` and `_`'), z.unknown())
    .optional(),
  stages: z.array(z.unknown(), 'a list of stages').min(1, 'at least one stage'),
});
const fileShape = shapeOf(fileSchema);

/**
 * Reads no scan, opens no stage; modules that the file names by `use` are imported.
 * @param path as the user named it: messages repeat it.
 * @throws FileProblems every problem of the file and of `set` at once.
 */
export async function loadPipelineFile(path: string, options: LoadOptions): Promise<LoadedPipeline> {
  const { cwd = process.cwd() } = options;
  const file = resolve(cwd, path);
  const fail = (problems: readonly Problem[]): never => {
    throw new FileProblems('pipeline-file-invalid', path, problems);
  };
  const read = await readTextFile(file, { file: path, maxBytes: MAX_BYTES });
  if ('problem' in read) return fail([read.problem]);
  const { tree = emptyDict({ file: path, line: 1, column: 1 }), problems } = parseYaml(read.text, {
    file: path,
    lines: true,
  });
  if (tree.kind !== 'map')
    return fail([...problems, { ...tree.at, found: 'no map at the top', expected: '`stages:` and a list' }]);
  if (problems.length > 0 && tree.entries.size === 0) return fail(problems);

  const loader = new Loader(path, file, options, problems);
  const loaded = await loader.load(tree, cwd);
  return problems.length > 0 || !loaded ? fail(problems) : loaded;
}

/** An entry with its stage type, where that is known. */
interface Resolved {
  readonly entry: StageEntry;
  readonly type: AnyStageType | undefined;
  /** The name by which `--set` finds it. */
  readonly name: string;
  readonly options: Dict;
}

class Loader {
  constructor(
    private readonly shown: string,
    private readonly file: string,
    private readonly options: LoadOptions,
    private readonly problems: Problem[],
  ) {}

  async load(tree: Dict, cwd: string): Promise<LoadedPipeline | undefined> {
    const { problems } = this;
    const shapeProblems = fileSchema.safeParse(toValue(tree));
    if (!shapeProblems.success)
      problems.push(...explainIssues(shapeProblems.error.issues, tree, fileShape, ''));

    const settings = (this.options.set ?? []).flatMap((written) => {
      const setting = parseSetting(written, cwd);
      if (!Array.isArray(setting)) return [setting];
      problems.push(...setting);
      return [];
    });
    const parameters = this.#parameters(tree, settings);
    const filled = substitute(withoutParameters(tree), parameters, problems) as Dict;

    const listed = filled.entries.get('stages')?.value;
    const entries = (listed?.kind === 'list' ? listed.items : []).map((item) =>
      readStageEntry(item, problems),
    );
    const readable = entries.filter((entry) => entry !== undefined);
    const resolved = await Promise.all(readable.map((entry) => this.#resolve(entry)));
    const filledSettings = settings.map((one) => ({
      ...one,
      value: substitute(one.value, parameters, problems),
    }));
    const final = this.#applySettings(this.#applyOverrides(resolved), filledSettings, [...parameters.keys()]);
    const stages = final.map((one) => this.#configure(one));
    const composition = this.#compose(final, stages, entries.length);
    if (!composition || stages.includes(undefined)) return undefined;
    return this.#result(filled, final, stages as Stage[], composition);
  }

  #parameters(tree: Dict, settings: readonly Setting[]): ReadonlyMap<string, Tree> {
    const declared = tree.entries.get('params')?.value;
    const parameters = new Map<string, Tree>();
    if (declared?.kind === 'map')
      for (const [name, { value }] of declared.entries) parameters.set(name, this.#withoutReferences(value));
    for (const { path, value } of settings)
      if (path.length === 1 && parameters.has(path[0])) parameters.set(path[0], value);
    return parameters;
  }

  #withoutReferences(value: Tree): Tree {
    const found: Problem[] = [];
    substitute(value, new Map(), found);
    const expected = 'a plain value: parameters do not refer to each other';
    this.problems.push(
      ...found.map((problem) => ({ ...problem, found: '`${…}` inside `params`', expected })),
    );
    return value;
  }

  async #resolve(entry: StageEntry): Promise<Resolved> {
    const { source, options } = entry;
    if ('use' in source) {
      const imported = await importStageType(source.use, this.file);
      if ('type' in imported) return { entry, options, type: imported.type, name: imported.type.stageName };
      this.problems.push({ ...entry.at, ...imported });
      return { entry, options, type: undefined, name: source.use };
    }
    const { name } = source;
    const type = this.options.stageTypes.find(({ stageName }) => stageName === name);
    if (!type && !name.includes('${')) {
      const names = this.options.stageTypes.map(({ stageName }) => stageName);
      this.problems.push({
        ...entry.at,
        found: `the unknown stage \`${name.slice(0, 60)}\``,
        expected: `${listNames(names)}, or \`use: MODULE\``,
        suggestion: nearest(name, names),
      });
    }
    return { entry, options, type, name };
  }

  #applyOverrides(resolved: readonly Resolved[]): readonly Resolved[] {
    return Object.entries(this.options.overrides ?? {}).reduce((stages, [option, value]) => {
      const at = { file: `--${option} ${value}` };
      const takes = ({ type }: Resolved) =>
        type !== undefined && keysAt(shapeOf(type.spec.config), []).includes(option);
      if (!stages.some(takes) && stages.every(({ type }) => type))
        this.problems.push({
          ...at,
          found: `no stage of this pipeline that has the option \`${option}\``,
          expected: `no \`--${option}\``,
        });
      const scalar: Tree = { kind: 'scalar', at, value };
      return stages.map((stage) => (takes(stage) ? withOption(stage, [option], scalar) : stage));
    }, resolved);
  }

  #applySettings(
    resolved: readonly Resolved[],
    settings: readonly Setting[],
    parameters: readonly string[],
  ): readonly Resolved[] {
    let stages = resolved;
    for (const { at, path, value } of settings) {
      const [first, ...option] = path;
      if (option.length === 0) {
        if (!parameters.includes(first))
          this.problems.push({ ...at, ...unknownKey(first, stages, parameters) });
        continue;
      }
      const meant = stages.filter(({ name }) => name === first);
      if (meant.length === 1) {
        stages = stages.map((stage) => (stage === meant[0] ? withOption(stage, option, value) : stage));
        continue;
      }
      const names = stages.map(({ name }) => name);
      const near = nearest(first, names);
      this.problems.push({
        ...at,
        found: meant.length > 1 ? `${meant.length} stages \`${first}\`` : `the unknown stage \`${first}\``,
        expected: meant.length > 1 ? 'one: change the file itself' : listNames(new Set(names)),
        suggestion: meant.length === 0 && near ? [near, ...option].join('.') : undefined,
      });
    }
    return stages;
  }

  #configure({ entry, type, options, name }: Resolved): Stage | undefined {
    if (!type) return undefined;
    const value = toValue(options);
    try {
      const checked = type.spec.config.safeParse(value);
      if (checked.success) return (type as (config: unknown) => Stage)(value);
      const told = new Set(this.problems.map(placeKey));
      const problems = explainIssues(checked.error.issues, options, shapeOf(type.spec.config), name);
      this.problems.push(...problems.filter((problem) => !told.has(placeKey(problem))));
    } catch (thrown) {
      const message = thrown instanceof LungflowError ? thrown.what : String(thrown).split('\n', 1)[0];
      this.problems.push({
        ...entry.at,
        found: `options that \`${name}\` refuses (${message.slice(0, 200)})`,
        expected: 'options that fit together',
      });
    }
    return undefined;
  }

  /** Follows the ports also where some stages are wrong, as far as what they would need and give is certain. */
  #compose(
    resolved: readonly Resolved[],
    stages: readonly (Stage | undefined)[],
    written: number,
  ): Composition | undefined {
    const standIns = stages.map((stage, index) => stage ?? this.#standIn(resolved[index]));
    if (written === 0 || resolved.length < written || standIns.includes(undefined)) return undefined;
    const all = standIns as Stage[];
    const composition = checkComposition(all);
    for (const problem of composition.problems) {
      if (problem.kind === 'port-given-twice' && !resolved[problem.stage].type) continue; // a guess, not a fault
      const at = 'stage' in problem ? resolved[problem.stage].entry.at : { file: this.shown };
      const where = (index: number) => `line ${resolved[index].entry.at.line ?? 1}`;
      const { found, expected } = explainComposition(problem, all, where);
      this.problems.push({ ...at, found, expected, ...this.#advice(problem, expected, composition) });
    }
    return composition;
  }

  /** Names the shipped stages that would give what is missing, or the port that was probably meant. */
  #advice(
    problem: CompositionProblem,
    expected: string,
    { portsBefore }: Composition,
  ): { expected?: string; suggestion?: string | undefined } {
    if (problem.kind !== 'port-unmet' || problem.droppedBy !== undefined || problem.givenBy !== undefined)
      return {};
    const { port, stage } = problem;
    const givers = this.options.stageTypes.filter(({ spec }) => Object.hasOwn(spec.gives, port));
    if (givers.length > 0)
      return { expected: `${expected}, such as ${listNames(givers.map(({ stageName }) => stageName))}` };
    return { suggestion: nearest(port, Object.keys(portsBefore[stage])) };
  }

  /** What a stage with wrong options, or with a misspelt name, would need and give. */
  #standIn({ type, name }: Resolved): Stage | undefined {
    const { stageTypes } = this.options;
    const near = nearest(
      name,
      stageTypes.map(({ stageName }) => stageName),
    );
    const meant = type ?? stageTypes.find(({ stageName }) => stageName === near);
    if (!meant) return undefined;
    const { spec } = meant;
    const needs = typeof spec.needs === 'function' ? {} : spec.needs;
    return {
      ...{ name: spec.name, version: spec.version, lane: spec.lane, needs, gives: spec.gives },
      ...{ drops: spec.drops ?? [], facts: spec.facts ?? {}, ordered: spec.ordered ?? false, config: {} },
      footprint: () => ({ gives: 0, working: 0 }),
      open: () => Promise.reject(new Error('a stand-in is never opened')),
    };
  }

  #result(
    tree: Dict,
    resolved: readonly Resolved[],
    stages: readonly Stage[],
    { portsBefore, facts }: Composition,
  ): LoadedPipeline {
    const text = (key: string) => {
      const found = tree.entries.get(key)?.value;
      return found?.kind === 'scalar' && typeof found.value === 'string' ? found.value : undefined;
    };
    const resolvePath = (path: string) => resolve(dirname(this.file), path);
    const [input, out] = [text('input'), text('out')];
    const [name, about] = [text('name'), text('about')];
    const recorded = {
      ...(name === undefined ? {} : { name }),
      ...(about === undefined ? {} : { about }),
      stages: resolved.map(recordStage),
    };
    return {
      name: name ?? basename(this.file, extname(this.file)),
      about: about ?? '',
      file: this.file,
      text: stringify(recorded, { lineWidth: 0 }),
      ...(input === undefined ? {} : { input: resolvePath(input) }),
      ...(out === undefined ? {} : { out: resolvePath(out) }),
      stages: stages.map((stage, index) => {
        const { at, source } = resolved[index].entry;
        return { stage, line: at.line ?? 1, ...('use' in source ? { use: source.use } : {}) };
      }),
      portsBefore,
      facts,
      resolvePath,
    };
  }
}

const placeKey = ({ file, line, column }: Problem) => `${file}:${line ?? ''}:${column ?? ''}`;

function withoutParameters(tree: Dict): Dict {
  return { ...tree, entries: new Map([...tree.entries].filter(([name]) => name !== 'params')) };
}

function withOption(stage: Resolved, path: readonly string[], value: Tree): Resolved {
  return { ...stage, options: withValueAt(stage.options, path, value) as Dict };
}

function recordStage({ entry: { source }, options }: Resolved): unknown {
  const has = options.entries.size > 0;
  if ('use' in source) return { use: source.use, ...(has ? { with: toRecord(options) } : {}) };
  return has ? { [source.name]: toRecord(options) } : source.name;
}

function unknownKey(key: string, stages: readonly Resolved[], parameters: readonly string[]) {
  if (key === 'input' || key === 'out')
    return { found: `\`${key}\`, which is no parameter`, expected: `\`--${key} PATH\`` };
  if (stages.some(({ name }) => name === key))
    return { found: `the stage \`${key}\` itself`, expected: `\`${key}.OPTION=VALUE\`` };
  const owner = stages.find(({ type }) => type && keysAt(shapeOf(type.spec.config), []).includes(key));
  const valid = parameters.length > 0 ? `${listNames(parameters)}, or ` : '';
  return {
    found: `the unknown parameter \`${key}\``,
    expected: `${valid}an option as \`STAGE.OPTION\``,
    suggestion: nearest(key, parameters) ?? (owner ? `${owner.name}.${key}` : undefined),
  };
}
