/** A stage told from its declaration, in words that its users read: ports, facts, options. */
import type { AnyStageType } from '../../core/stage.js';
import type { PortMap } from '../../core/port.js';
import { usageError } from '../../core/errors.js';
import { nearest } from '../yaml/nearest.js';
import { inWords, shapeOf } from './option-schema.js';

/** What a stage is, needs, gives and may be told. */
export interface StageDescription {
  readonly name: string;
  readonly summary: string;
  readonly lane: AnyStageType['spec']['lane'];
  readonly version: number;
  readonly needs: PortMap;
  /** What more there is to say of `needs`, where they depend on the options. */
  readonly needsRemark: string | undefined;
  readonly gives: PortMap;
  /** Ports that no later stage can have. */
  readonly drops: readonly string[];
  readonly facts: readonly { readonly name: string; readonly type: string; readonly about: string }[];
  readonly options: readonly OptionDescription[];
  /** What a directory holds that a pipeline may begin with at this stage. */
  readonly startsFrom: string | undefined;
}

/** One option of a stage. */
export interface OptionDescription {
  readonly name: string;
  /** In words: "a whole number from 1 to 8". */
  readonly accepts: string;
  readonly required: boolean;
  /** As JSON; without, there is none. */
  readonly default: string | undefined;
  readonly about: string;
}

/** Reads the declaration alone; nothing is opened. */
export function describeStage({
  stageName,
  spec,
}: Pick<AnyStageType, 'stageName' | 'spec'>): StageDescription {
  const { summary, lane, version, gives, drops = [], facts = {}, startsFrom } = spec;
  return {
    name: stageName,
    summary,
    lane,
    version,
    ...needsByDefault(spec),
    gives,
    drops,
    facts: Object.entries(facts).map(([name, { type, about }]) => ({ name, type, about })),
    options: optionsOf(spec.config),
    startsFrom: startsFrom?.about,
  };
}

function needsByDefault({
  needs,
  config,
}: AnyStageType['spec']): Pick<StageDescription, 'needs' | 'needsRemark'> {
  if (typeof needs !== 'function') return { needs, needsRemark: undefined };
  const parsed = config.safeParse({});
  if (!parsed.success) return { needs: {}, needsRemark: 'what it needs depends on its options' };
  const needsRemark = 'needs with the default options; others may need other ports';
  return { needs: (needs as (config: unknown) => PortMap)(parsed.data), needsRemark };
}

function optionsOf(config: AnyStageType['spec']['config']): readonly OptionDescription[] {
  const { properties = {}, required = [] } = shapeOf(config);
  return Object.entries(properties).map(([name, shape]) => ({
    name,
    accepts: inWords([shape]) || 'any value',
    required: required.includes(name),
    default: 'default' in shape ? JSON.stringify(shape.default) : undefined,
    about: shape.description ?? '',
  }));
}

/** @throws usageError `unknown-stage`, with the name that was probably meant */
export function stageNamed(name: string, stageTypes: readonly AnyStageType[]): AnyStageType {
  const found = stageTypes.find(({ stageName }) => stageName === name);
  if (found) return found;
  const names = stageTypes.map(({ stageName }) => stageName);
  const near = nearest(name, names);
  throw usageError(
    'unknown-stage',
    `There is no stage \`${name}\`.`,
    near === undefined ? `Name one of ${names.join(', ')}.` : `Did you mean \`${near}\`?`,
  );
}
