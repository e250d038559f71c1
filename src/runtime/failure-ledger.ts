/** Failed subjects, a JSON line each, beside the output: `failures.jsonl`. */
import { appendFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LungflowError } from '../core/errors.js';

export class FailureLedger {
  readonly path: string;

  private constructor(outDir: string) {
    this.path = join(outDir, 'failures.jsonl');
  }

  /** A new run starts a new ledger: the subjects that failed before are tried again. */
  static async open(outDir: string): Promise<FailureLedger> {
    const ledger = new FailureLedger(outDir);
    await mkdir(outDir, { recursive: true });
    await rm(ledger.path, { force: true });
    return ledger;
  }

  async add(failure: LungflowError): Promise<void> {
    const { sid, stage, code, what, remedy } = failure;
    await appendFile(this.path, `${JSON.stringify({ sid, stage, code, what, remedy })}\n`, { flush: true });
  }
}
