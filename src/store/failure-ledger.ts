/** `failures.jsonl`, beside the output: the subjects that failed, a JSON line each. */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { resourceError, toLungflowError, type LungflowError } from '../core/errors.js';
import { appendDurably } from './durable-file.js';
import { recordedFailure } from './recorded-failure.js';

const failure = recordedFailure.partial({ kind: true }); // ledgers of before have none

/** One line of `failures.jsonl`. */
export type RecordedFailure = Readonly<z.output<typeof failure>>;

const pathIn = (outDir: string): string => join(outDir, 'failures.jsonl');

export class FailureLedger {
  private readonly path: string;

  constructor(private readonly outDir: string) {
    this.path = pathIn(outDir);
  }

  /** A new run starts a new ledger: the subjects that failed before are tried again. */
  async begin(): Promise<void> {
    await mkdir(this.outDir, { recursive: true });
    await rm(this.path, { force: true }).catch(cannot);
  }

  /** When it returns, the failure survives a crash. */
  async add({ sid, stage, kind, code, what, remedy, cause }: LungflowError): Promise<void> {
    const stack = kind === 'internal' && cause instanceof Error ? cause.stack : undefined;
    const line = `${JSON.stringify({ sid, stage, kind, code, what, remedy, stack })}\n`;
    await appendDurably(this.path, line).catch(cannot);
  }
}

function cannot(thrown: unknown): never {
  const error = toLungflowError(thrown);
  if (error.code === 'disk-full' || error.code === 'output-lost') throw error;
  throw resourceError(
    'ledger',
    `The list of failed subjects cannot be written: ${(thrown as Error).message}.`,
    'See to `failures.jsonl` in the results and run the same command again: it resumes.',
    thrown,
  );
}

/**
 * Failures of the last run, in the order in which they came about; none where there is no ledger. A line that a crash cut short is
 * left out: its subject is tried again.
 * @throws LungflowError `ledger-damaged`
 */
export async function readFailures(outDir: string): Promise<readonly RecordedFailure[]> {
  const path = pathIn(outDir);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw toLungflowError(error);
  });
  try {
    const lines = text.split('\n').slice(0, -1);
    return lines.map((line) => failure.parse(JSON.parse(line)));
  } catch (cause) {
    throw resourceError(
      'ledger-damaged',
      `The file ${path} is not a list of failed subjects.`,
      'Run the pipeline again: it writes a new one.',
      cause,
    );
  }
}
