/** Failed subjects, a JSON line each, beside the output: `failures.jsonl`. */
import { appendFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { resourceError, toLungflowError, type LungflowError } from '../core/errors.js';

export class FailureLedger {
  readonly path: string;

  private constructor(outDir: string) {
    this.path = join(outDir, 'failures.jsonl');
  }

  /** A new run starts a new ledger: the subjects that failed before are tried again. */
  static async open(outDir: string): Promise<FailureLedger> {
    const ledger = new FailureLedger(outDir);
    await mkdir(outDir, { recursive: true });
    await rm(ledger.path, { force: true }).catch(ledger.cannot);
    return ledger;
  }

  async add(failure: LungflowError): Promise<void> {
    const { sid, stage, code, what, remedy } = failure;
    const line = `${JSON.stringify({ sid, stage, code, what, remedy })}\n`;
    await appendFile(this.path, line, { flush: true }).catch(this.cannot);
  }

  private readonly cannot = (thrown: unknown): never => {
    const error = toLungflowError(thrown);
    if (error.code === 'disk-full') throw error;
    throw resourceError(
      'ledger',
      `The list of failed subjects cannot be written: ${(thrown as Error).message}.`,
      'See to `failures.jsonl` in the results and run the same command again: it resumes.',
      thrown,
    );
  };
}
