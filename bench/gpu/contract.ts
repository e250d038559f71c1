/** Runs the engines' contract test on one of them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { EngineName } from '../../src/engine/engines.js';

export interface ContractResult {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** What each test came to is told on the standard error as it runs. */
export async function runContract(engine: EngineName): Promise<ContractResult> {
  const script = fileURLToPath(new URL('./contract.process.js', import.meta.url));
  const reporters = ['spec', 'stderr', 'tap', 'stdout'].map((value, i) =>
    i % 2 === 0 ? `--test-reporter=${value}` : `--test-reporter-destination=${value}`,
  );
  const child = spawn(process.execPath, [...reporters, script, engine], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let tap = '';
  child.stdout.on('data', (chunk: Buffer) => (tap += chunk.toString()));
  await once(child, 'close');
  const count = (kind: string) => Number(new RegExp(`^# ${kind} (\\d+)$`, 'm').exec(tap)?.[1] ?? NaN);
  return { passed: count('pass'), failed: count('fail'), skipped: count('skipped') };
}
