/** From an entry of the file to a configured stage: its type, its options after `set`, its schema's verdict. */
import { LungflowError } from '../../core/errors.js';
import type { AnyStageType, Stage } from '../../core/stage.js';
import { explainIssues } from '../yaml/explain-issues.js';
import { listNames, nearest } from '../yaml/nearest.js';
import { keysAt, shapeOf, type Shape } from './option-schema.js';
import { resolvePaths } from './path-options.js';
import type { Problem } from '../yaml/problems.js';
import type { Setting } from './settings.js';
import type { StageEntry } from './stage-entry.js';
import { importStageType } from './stage-module.js';
import { typedOptions } from './typed-options.js';
import { toValue, withValueAt, type Dict, type ScalarValue, type Tree } from '../yaml/tree.js';

/** An entry of the file with its stage type, where that is known. */
export interface ResolvedStage {
  readonly entry: StageEntry;
  readonly type: AnyStageType | undefined;
  /** The name by which `set` finds it. */
  readonly name: string;
  readonly options: Dict;
}

const namesOf = (types: readonly AnyStageType[]) => types.map(({ stageName }) => stageName);

/** Finds the stage type among `stageTypes`, or imports it. */
export async function resolveStage(
  entry: StageEntry,
  stageTypes: readonly AnyStageType[],
  pipelineFile: string,
  problems: Problem[],
): Promise<ResolvedStage> {
  const { source, options } = entry;
  if ('use' in source) {
    const imported = await importStageType(source.use, pipelineFile);
    if ('type' in imported) return { entry, options, type: imported.type, name: imported.type.stageName };
    problems.push({ ...entry.at, ...imported });
    return { entry, options, type: undefined, name: source.use };
  }
  const { name } = source;
  const type = stageTypes.find(({ stageName }) => stageName === name);
  if (!type) {
    const found = `the unknown stage \`${name.slice(0, 60)}\``;
    const names = namesOf(stageTypes);
    const expected = `${listNames(names)}, or \`use: MODULE\``;
    problems.push({ ...entry.at, found, expected, suggestion: nearest(name, names) });
  }
  return { entry, options, type, name };
}

const takes = ({ type }: ResolvedStage, option: string) =>
  type !== undefined && keysAt(shapeOf(type.spec.config), []).includes(option);

const withOption = (stage: ResolvedStage, path: readonly string[], value: Tree): ResolvedStage => ({
  ...stage,
  options: withValueAt(stage.options, path, value) as Dict,
});

/** Sets an option of every stage that has it: `{ engine: 'wasm' }`. */
export function applyOverrides(
  resolved: readonly ResolvedStage[],
  overrides: Readonly<Record<string, ScalarValue>>,
  problems: Problem[],
): readonly ResolvedStage[] {
  return Object.entries(overrides).reduce((stages, [option, value]) => {
    const at = { file: `\`${option}\` ${value}` };
    if (stages.every((stage) => stage.type && !takes(stage, option))) {
      const found = `no stage of this pipeline that has the option \`${option}\``;
      problems.push({ ...at, found, expected: 'no such option' });
    }
    const scalar: Tree = { kind: 'scalar', at, value };
    return stages.map((stage) => (takes(stage, option) ? withOption(stage, [option], scalar) : stage));
  }, resolved);
}

/** Applies `STAGE.OPTION=VALUE` of `set`; settings of parameters have been applied before and are only checked. */
export function applySettings(
  resolved: readonly ResolvedStage[],
  settings: readonly Setting[],
  parameters: readonly string[],
  problems: Problem[],
): readonly ResolvedStage[] {
  return settings.reduce((stages, { at, path, value }) => {
    const [first, ...option] = path;
    if (option.length === 0) {
      if (!parameters.includes(first)) problems.push({ ...at, ...unknownKey(first, stages, parameters) });
      return stages;
    }
    const meant = stages.filter(({ name }) => name === first);
    if (meant.length === 1)
      return stages.map((stage) => (stage === meant[0] ? withOption(stage, option, value) : stage));
    if (meant.length > 1) {
      problems.push({
        ...at,
        found: `${meant.length} stages \`${first}\``,
        expected: 'one: change the file',
      });
      return stages;
    }
    const names = new Set(stages.map(({ name }) => name));
    const near = nearest(first, names);
    problems.push({
      ...at,
      found: `the unknown stage \`${first}\``,
      expected: listNames(names),
      suggestion: near && [near, ...option].join('.'),
    });
    return stages;
  }, resolved);
}

function unknownKey(key: string, stages: readonly ResolvedStage[], parameters: readonly string[]) {
  if (key === 'input' || key === 'out')
    return { found: `\`${key}\`, which is no parameter`, expected: `the run’s own option \`${key}\`` };
  if (stages.some(({ name }) => name === key))
    return { found: `the stage \`${key}\` itself`, expected: `\`${key}.OPTION=VALUE\`` };
  const owner = stages.find((stage) => takes(stage, key));
  const valid = parameters.length > 0 ? `${listNames(parameters)}, or ` : '';
  return {
    found: `the unknown parameter \`${key}\``,
    expected: `${valid}an option as \`STAGE.OPTION\``,
    suggestion: nearest(key, parameters) ?? (owner && `${owner.name}.${key}`),
  };
}

/** Values of `set` as the options take them: text to the letter, or what YAML reads in it. */
export function withTypedOptions(stage: ResolvedStage): ResolvedStage {
  const { type, options } = stage;
  return type ? { ...stage, options: typedOptions(options, shapeOf(type.spec.config)) as Dict } : stage;
}

/** The stage with its options; undefined, and the reasons in `problems`, where its schema refuses them. */
export function configureStage(stage: ResolvedStage, problems: Problem[]): Stage | undefined {
  const { entry, type, options, name } = stage;
  if (!type) return undefined;
  const shape = shapeOf(type.spec.config);
  const value = toValue(resolvePaths(options, shape));
  try {
    const checked = type.spec.config.safeParse(value);
    if (checked.success) return (type as (config: unknown) => Stage)(value);
    problems.push(...explainIssues(checked.error.issues, options, shape, name));
  } catch (thrown) {
    const message = thrown instanceof LungflowError ? thrown.what : String(thrown).replace(/\n.*/s, '');
    const found = `options that \`${name}\` refuses (${message.slice(0, 200)})`;
    problems.push({ ...entry.at, found, expected: 'options that fit together' });
  }
  return undefined;
}

/** The entry with its options as `record` tells them. */
export function recordStage(
  { entry: { source }, type, options }: ResolvedStage,
  record: (options: Tree, shape: Shape) => unknown,
): unknown {
  const recorded = options.entries.size > 0 && record(options, type ? shapeOf(type.spec.config) : {});
  if ('use' in source) return { use: source.use, ...(recorded ? { with: recorded } : {}) };
  return recorded ? { [source.name]: recorded } : source.name;
}
