/** `run.json`, beside the output: how the run went, with everything it said. Unlike the results, it holds times. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { resourceError, toLungflowError } from '../core/errors.js';
import { writeDurably } from './durable-file.js';
import { recordedFailure } from './recorded-failure.js';

const stageFigures = z.object({
  stage: z.string(),
  lane: z.string(),
  items: z.number(),
  failed: z.number(),
  workingSeconds: z.number(),
  starvedSeconds: z.number(),
  heldBackSeconds: z.number(),
  itemSeconds: z.number(),
  peakBytesHeld: z.number().nullable(), // JSON knows no infinity
  batches: z.number(),
  units: z.number(),
});

const laneFigures = z.object({
  lane: z.string(),
  places: z.number(),
  busySeconds: z.number(),
  busyShare: z.number(),
  meanPlaces: z.number(),
});

const record = z.object({
  /** Subjects whose results stand in the output, those of an earlier run included. */
  done: z.number(),
  resumed: z.number(),
  failures: z.array(recordedFailure),
  flagged: z.array(z.object({ sid: z.string(), flags: z.array(z.string()) })),
  /** Why the run ended before its last subject, if it did. */
  stopped: z.union([z.literal('interrupted'), recordedFailure]).optional(),
  seconds: z.number(),
  peakRssBytes: z.number(),
  statistics: z.array(stageFigures),
  lanes: z.array(laneFigures),
  notices: z.array(z.string()),
});

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** What `run.json` holds. */
export type RunRecord = DeepReadonly<z.output<typeof record>>;

const pathIn = (outDir: string): string => join(outDir, 'run.json');

export const writeRunRecord = (outDir: string, run: RunRecord): Promise<void> =>
  writeDurably(pathIn(outDir), `${JSON.stringify(run, null, 2)}\n`);

/** @throws LungflowError `file-missing` where no run came to an end, `run-record-damaged` */
export async function readRunRecord(outDir: string): Promise<RunRecord> {
  const path = pathIn(outDir);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw toLungflowError(error);
  });
  try {
    return record.parse(JSON.parse(text));
  } catch (cause) {
    throw resourceError(
      'run-record-damaged',
      `The file ${path} is not the record of a run.`,
      'Run the pipeline again: it writes a new one.',
      cause,
    );
  }
}
