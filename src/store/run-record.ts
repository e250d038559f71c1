/** `run.json`, beside the output: how the run went, with everything it said, and every attempt at it. Unlike the results, it holds times. */
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

const attempt = z.object({
  startedAt: z.iso.datetime(),
  /** Without: under way, or killed. */
  endedAt: z.iso.datetime().optional(),
  /** As it was given, where there was a command line. */
  command: z.array(z.string()).optional(),
  lungflow: z.string(),
  node: z.string(),
  platform: z.string(),
  cpu: z.string(),
  /** Scans at once, and worker threads. */
  jobs: z.number(),
  memoryBytes: z.number(),
  pipelineSha256: z.string(),
  /** Of the manifest's file, where there is one. */
  manifestSha256: z.string().optional(),
  subjects: z.number(),
  /** In this attempt. */
  done: z.number().optional(),
  failed: z.number().optional(),
  seconds: z.number().optional(),
  stopped: z.string().optional(),
});

/** One call of the command, or of `run`. */
export type Attempt = Readonly<z.output<typeof attempt>>;

const record = z.object({
  /** Subjects whose results stand in the output, those of an earlier run included. */
  done: z.number(),
  resumed: z.number(),
  failures: z.array(recordedFailure),
  flagged: z.array(z.object({ sid: z.string(), flags: z.array(z.string()) })),
  /** Of every row. */
  flags: z.array(z.string()),
  /** Why the run ended before its last subject, if it did. */
  stopped: z.union([z.literal('interrupted'), recordedFailure]).optional(),
  seconds: z.number(),
  peakRssBytes: z.number(),
  statistics: z.array(stageFigures),
  lanes: z.array(laneFigures),
  notices: z.array(z.string()),
  /** The last is the one that the rest is of. */
  attempts: z.array(attempt),
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
