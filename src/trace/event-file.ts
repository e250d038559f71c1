/**
 * A file of Trace Event Format, written as the events come: a JSON array, an event a line. It stands under its name when it is
 * whole; what a killed run leaves in `<name>.partial` lacks the closing bracket, which readers of the format forgive.
 */
import { createWriteStream } from 'node:fs';
import { mkdir, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { once } from 'node:events';
import { resourceError } from '../core/errors.js';

/** https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU; times in microseconds */
export type TraceEvent =
  | {
      readonly ph: 'X'; // complete
      readonly name: string;
      readonly cat: string;
      readonly pid: number;
      readonly tid: number;
      readonly ts: number;
      readonly dur: number;
      readonly args: Readonly<Record<string, string>>;
    }
  | {
      readonly ph: 'C'; // counter
      readonly name: string;
      readonly pid: number;
      readonly ts: number;
      readonly args: Readonly<Record<string, number>>;
    }
  | {
      readonly ph: 'M'; // metadata
      readonly name: 'process_name' | 'process_sort_index' | 'thread_name';
      readonly pid: number;
      readonly tid?: number;
      readonly args: Readonly<Record<string, string | number>>;
    };

export interface EventFile {
  write(event: TraceEvent): void;
  /** @throws LungflowError `trace-unwritable`, also for what went wrong earlier: a run does not end for its trace */
  close(): Promise<void>;
}

/** @throws LungflowError `trace-unwritable` */
export async function openEventFile(path: string): Promise<EventFile> {
  const partial = partialOf(path);
  try {
    await mkdir(dirname(path), { recursive: true });
    if ((await stat(path).catch(() => undefined))?.isDirectory()) throw new Error('it is a directory');
  } catch (cause) {
    throw unwritable(path, cause);
  }
  const stream = createWriteStream(partial);
  await once(stream, 'open').catch((cause: unknown) => Promise.reject(unwritable(path, cause)));
  let failure: Error | undefined;
  stream.on('error', (error) => (failure ??= error));
  let separator = '[\n';
  return {
    write(event) {
      if (failure) return;
      stream.write(separator + JSON.stringify(event));
      separator = ',\n';
    },
    async close() {
      try {
        if (!failure) {
          stream.end(separator === ',\n' ? '\n]\n' : '[]\n');
          await once(stream, 'close');
        }
        if (failure) throw failure;
        await rename(partial, path);
      } catch (cause) {
        throw unwritable(path, cause, ` What was written of it stands in ${partialOf(path)}.`);
      }
    },
  };
}

const partialOf = (path: string) => `${path}.partial`;

const unwritable = (path: string, cause: unknown, left = '') =>
  resourceError(
    'trace-unwritable',
    `The trace ${path} could not be written: ${cause instanceof Error ? cause.message : String(cause)}.`,
    `Name a file in a directory that you may write to, on a disk with room.${left}`,
    cause,
  );
