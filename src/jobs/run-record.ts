/** `run.json` beside the output: how the run went, with everything it said. Unlike the results, it holds times. */
import { join } from 'node:path';
import { writeDurably } from '../formats/durable-file.js';
import type { RunReport } from '../runtime/run.js';

export const reportAsJson = (report: RunReport): object => ({
  ...report,
  failures: report.failures.map((failure) => failure.toFields()),
  stopped: report.stopped === 'interrupted' ? 'interrupted' : report.stopped?.toFields(),
});

export const writeRunRecord = (
  outDir: string,
  report: RunReport,
  notices: readonly string[],
): Promise<void> =>
  writeDurably(
    join(outDir, 'run.json'),
    Buffer.from(`${JSON.stringify({ ...reportAsJson(report), notices }, null, 2)}\n`),
  );
