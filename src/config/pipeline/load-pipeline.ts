/** A pipeline file → configured stages in a composition that holds. Knows no particular stage: the registry is an argument. */
import { basename, dirname, extname, resolve } from 'node:path';
import { itemAt } from '../../core/item-at.js';
import { resolvePath } from '../../core/resolve-path.js';
import { stringify } from 'yaml';
import { z } from 'zod';
import type { FactSpecs } from '../../core/fact.js';
import type { PortMap } from '../../core/port.js';
import type { AnyStageType, Stage } from '../../core/stage.js';
import {
  applyOverrides,
  applySettings,
  configureStage,
  recordStage,
  resolveStage,
  withTypedOptions,
} from './configured-stage.js';
import { isDirectory } from '../cohort/cohort-directory.js';
import { explainIssues } from '../yaml/explain-issues.js';
import { includeSchema, parametersSchema, readParameterTree } from './includes.js';
import { shapeOf } from './option-schema.js';
import { identifyingOptions, recordedOptions } from './recorded-options.js';
import { readParameters, substitute, unsetParameters } from './parameters.js';
import { composeStages } from './placed-stages.js';
import { FileProblems, type Place, type Problem } from '../yaml/problems.js';
import { parseSetting, type Setting } from './settings.js';
import { readStageEntry } from './stage-entry.js';
import { startFromDirectory, type DirectoryStart } from './start-from-directory.js';
import { MIB, readTextFile } from '../yaml/text-file.js';
import { emptyDict, show, toValue, type Dict, type ScalarValue, type Tree } from '../yaml/tree.js';
import { parseYaml } from '../yaml/yaml-tree.js';

/** What a pipeline file is loaded with. */
export interface LoadOptions {
  /** The stages that a file may name. */
  readonly stageTypes: readonly AnyStageType[];
  /** `key=value`, as on the command line; later ones win. */
  readonly set?: readonly string[];
  /** What paths in `set` are relative to. */
  readonly cwd?: string;
  /** The cohort, relative to `cwd`, where it is not the file's own. */
  readonly input?: string | undefined;
  /** Parameters may lack a value: for whoever looks at the plan, and runs nothing. */
  readonly draft?: boolean;
  /** Sets an option of every stage that has it (`{ engine: 'wasm' }`); `set` wins over it. */
  readonly overrides?: Readonly<Record<string, ScalarValue>>;
}

/** A configured stage and where the file names it. */
export interface LoadedStage {
  readonly stage: Stage;
  readonly line: number;
  /** The third party's module, as written. */
  readonly use?: string;
}

/** A pipeline file, checked and configured: ready to run. */
export interface LoadedPipeline {
  /** From the file, otherwise the file's own name. */
  readonly name: string;
  readonly about: string;
  /** Absolute. */
  readonly file: string;
  /**
   * What is computed, as YAML, after `set`: without `input` and `out`, parameters filled in, paths as they were written
   * (of an absolute one only the last part, so that it says nothing about the machine).
   */
  readonly text: string;
  /** The same without the names of files whose content stages record by its hash: equal where the same is computed. */
  readonly identity: string;
  /** Absolute; the manifest, or the directory, of the cohort. */
  readonly input?: string;
  /** Only where the input is a directory: `stages` are then those that it leaves to do. */
  readonly start?: DirectoryStart;
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
  include: includeSchema,
  params: parametersSchema,
  stages: z.array(z.unknown(), 'a list of stages').min(1, 'at least one stage'),
});
const fileShape = shapeOf(fileSchema);

/**
 * Reads no scan, opens no stage; modules that the file names by `use` are imported.
 * @param path as the user named it: messages repeat it.
 * @throws FileProblems every problem of the file and of `set` at once.
 */
export async function loadPipelineFile(path: string, options: LoadOptions): Promise<LoadedPipeline> {
  const { stageTypes, set = [], overrides = {}, cwd = process.cwd(), draft = false } = options;
  const file = resolve(cwd, path);
  const { dict, problems } = await readTree(file, path);
  const settings = set.flatMap((written) => acceptSetting(parseSetting(written, cwd), problems));
  const parameters = readParameters(await readParameterTree(dict, file, problems), settings, problems);
  const filled = fillIn(dict, parameters, problems);
  const filledSettings = settings.map((setting) => ({
    ...setting,
    value: substitute(setting.value, parameters, problems),
  }));

  const further: Problem[] = [];
  const checked = fileSchema.safeParse(toValue(filled));
  if (!checked.success) further.push(...explainIssues(checked.error.issues, filled, fileShape, ''));
  const list = filled.entries.get('stages')?.value;
  const items = list?.kind === 'list' ? list.items : [];
  const entries = items.map((item) => readStageEntry(item, further)).filter((entry) => entry !== undefined);
  const named = await Promise.all(entries.map((entry) => resolveStage(entry, stageTypes, file, further)));
  const overridden = applyOverrides(named, overrides, further);
  const resolved = applySettings(overridden, filledSettings, [...parameters.keys()], further).map(
    withTypedOptions,
  );
  const configured = resolved.map((stage) => configureStage(stage, further));

  const told = new Set(problems.map(placeKey)); // what was misread is said once, not again as a wrong value
  problems.push(...further.filter((problem) => !told.has(placeKey(problem))));
  const whole =
    entries.length === items.length ? composeStages(resolved, configured, stageTypes, problems) : undefined;
  if (problems.length > 0 || !whole) throw new FileProblems('pipeline-file-invalid', path, problems);

  const all = (configured as Stage[]).map((stage, index) => ({ stage, resolved: itemAt(resolved, index) }));
  const input = findInput(filled, file, options.input, cwd);
  const begun =
    input && (await isDirectory(input.path))
      ? await startFromDirectory(input.path, input.at, all, stageTypes, problems)
      : { placed: all, composition: whole };
  if (!begun) throw new FileProblems('pipeline-file-invalid', path, problems);
  const { placed, composition } = begun;
  const used = [...filled.entries].flatMap(([key, { value }]) => (key === 'stages' ? [] : [value]));
  used.push(...placed.map(({ resolved }) => resolved.options));
  const unset = draft ? [] : unsetParameters(used, parameters);
  if (unset.length > 0) throw new FileProblems('pipeline-file-invalid', path, unset);

  const text = (key: string) => {
    const found = textAt(filled, key);
    return found ? { [key]: found.value } : {};
  };
  const out = textAt(filled, 'out');
  const recorded = (record: typeof identifyingOptions) =>
    placed.map(({ resolved }) => recordStage(resolved, record));
  const asYaml = (value: object) => stringify(value, { lineWidth: 0 });
  return {
    name: basename(file, extname(file)),
    about: '',
    ...text('name'),
    ...text('about'),
    ...(input && { input: input.path }),
    ...(out && { out: resolvePath(out.base ?? dirname(file), out.value) }),
    file,
    text: asYaml({ ...text('name'), ...text('about'), stages: recorded(recordedOptions) }),
    identity: asYaml({ stages: recorded(identifyingOptions) }),
    ...('start' in begun ? { start: begun.start } : {}),
    stages: placed.map(({ stage, resolved }) => {
      const { at, source } = resolved.entry;
      return { stage, line: at.line ?? 1, ...('use' in source ? { use: source.use } : {}) };
    }),
    portsBefore: composition.portsBefore,
    facts: composition.facts,
    resolvePath: (written) => resolvePath(dirname(file), written),
  };
}

/** The cohort's absolute path: what the caller names, or else the file. */
function findInput(
  filled: Dict,
  file: string,
  given: string | undefined,
  cwd: string,
): { path: string; at: Place } | undefined {
  if (given !== undefined) return { path: resolvePath(cwd, given), at: { file: `\`input\` ${given}` } };
  const own = textAt(filled, 'input');
  return own && { path: resolvePath(own.base ?? dirname(file), own.value), at: own.at };
}

function textAt(
  dict: Dict,
  key: string,
): { value: string; base?: string | undefined; at: Place } | undefined {
  const found = dict.entries.get(key)?.value;
  return found?.kind === 'scalar' && typeof found.value === 'string'
    ? { value: found.value, base: found.base, at: found.at }
    : undefined;
}

/** The file as a map at least: otherwise there is nothing more to look for. */
async function readTree(file: string, shown: string): Promise<{ dict: Dict; problems: Problem[] }> {
  const fail = (problems: readonly Problem[]) => new FileProblems('pipeline-file-invalid', shown, problems);
  const read = await readTextFile(file, { file: shown, maxBytes: MAX_BYTES });
  if ('problem' in read) throw fail([read.problem]);
  const { tree, problems } = parseYaml(read.text, { file: shown, lines: true });
  if (!tree && problems.length > 0) throw fail(problems);
  const dict = tree ?? emptyDict({ file: shown, line: 1, column: 1 });
  if (dict.kind !== 'map')
    throw fail([...problems, { ...dict.at, found: show(dict), expected: 'a map with `stages`' }]);
  return { dict, problems };
}

function acceptSetting(setting: Setting | Problem[], problems: Problem[]): Setting[] {
  if (!Array.isArray(setting)) return [setting];
  problems.push(...setting);
  return [];
}

/** Every `${name}` outside `params` replaced. */
function fillIn(dict: Dict, parameters: ReadonlyMap<string, Tree>, problems: Problem[]): Dict {
  const entries = [...dict.entries].map(([name, { key, value }]) => {
    const filled = name === 'params' ? value : substitute(value, parameters, problems);
    return [name, { key, value: filled }] as const;
  });
  return { ...dict, entries: new Map(entries) };
}

const placeKey = ({ file, line, column }: Problem) => `${file}:${line ?? ''}:${column ?? ''}`;
