/** An engine as this machine has it: its packages, whether it works, how exact and fast it is. */
import { TOLERANCE } from '../../networks/relative-difference.js';
import { engineNamed, type EngineChoice, type EngineName } from '../engines.js';
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

/** How a trial of an engine ended. */
export type Finding =
  | ({ readonly state: 'works' | 'inexact' } & Tried)
  | {
      readonly state: 'broken' | 'no GPU' | 'not installed';
      readonly what: string;
      readonly remedy: string;
    };

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
  return { state: answer.difference <= TOLERANCE ? 'works' : 'inexact', ...answer };
}

/** A run with it would fail, or give wrong numbers, though it is installed. */
export const isBroken = ({ state }: Finding): boolean => state === 'broken' || state === 'inexact';
