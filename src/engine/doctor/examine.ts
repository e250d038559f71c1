/** An engine as this machine has it: its packages, whether it works, how exact and fast it is. */
import { TOLERANCE } from '../../networks/relative-difference.js';
import { engineNamed, type EngineChoice, type EngineName } from '../engines.js';
import { orFallback } from '../fallback.js';
import { installCommand } from '../open-engine.js';
import { installedVersion } from '../packages.js';
import { tryInChild, type Limits } from './in-child.js';
import type { Tried } from './trial.process.js';

/** One engine, and what its trial found. */
export interface Examination {
  readonly engine: EngineName;
  /** Without a version where they are missing. */
  readonly packages: readonly { readonly name: string; readonly version: string | undefined }[];
  /** What puts all of them there. */
  readonly install: string | undefined;
  readonly finding: Finding;
}

/** How a trial of an engine ended: what it measured where it came to an end, two sentences where something is amiss. */
export type Finding =
  | ({ readonly state: 'works' } & Tried)
  | ({ readonly state: 'inexact' } & Tried & Amiss)
  | ({ readonly state: 'broken' | 'no GPU' | 'not installed' } & Amiss);

/** What is wrong with an engine here, and what to do. */
export interface Amiss {
  readonly what: string;
  readonly remedy: string;
}

export async function examine(engine: EngineName, limits: Limits): Promise<Examination> {
  const finding = await tryOut(engine, limits);
  const descriptor = engineNamed(engine);
  const packages = descriptor.packages.map((name) => ({ name, version: installedVersion(name) }));
  const install = packages.length > 0 ? installCommand(descriptor) : undefined;
  return { engine, packages, install, finding };
}

const STATES: Readonly<Record<string, 'no GPU' | 'not installed' | undefined>> = {
  'engine-without-gpu': 'no GPU',
  'engine-not-installed': 'not installed',
};

export async function tryOut(choice: EngineChoice, limits: Limits): Promise<Finding> {
  const answer = await tryInChild(choice, limits);
  if ('error' in answer) {
    const { code, what, remedy } = answer.error;
    return { state: STATES[code] ?? 'broken', what, remedy };
  }
  if (answer.difference <= TOLERANCE) return { state: 'works', ...answer };
  return {
    state: 'inexact',
    ...answer,
    what: `Its numbers differ from those in double precision by ${answer.difference.toExponential(1)} of the largest; rounding explains ${TOLERANCE}.`,
    remedy: orFallback('Do not trust its results: update the card’s driver'),
  };
}

/** A run with it would fail, or give wrong numbers, though it is installed. */
export const isBroken = ({ state }: Finding): boolean => state === 'broken' || state === 'inexact';
