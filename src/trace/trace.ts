/**
 * A run as a trace for Perfetto (ui.perfetto.dev) or chrome://tracing: a track for each place in a lane and for each worker
 * thread, counters of memory. Subjects are told by their `sid` alone.
 */
import { sharedNowMs } from '../core/clock.js';
import type { LaneWork, RunObserver } from '../runtime/observer.js';
import type { FinishedTask, TaskObserver } from '../workers/task-observer.js';
import { openEventFile, type EventFile } from './event-file.js';

export interface Trace {
  readonly run: RunObserver;
  readonly task: TaskObserver;
  /** @throws LungflowError `trace-unwritable` */
  close(): Promise<void>;
}

const RSS_EVERY_MS = 50;
/** Groups of tracks, in their order on the screen: the format calls them processes. */
const GROUPS = ['lanes', 'worker threads', 'memory'] as const;
type Group = (typeof GROUPS)[number];

/** @throws LungflowError `trace-unwritable` */
export async function openTrace(path: string): Promise<Trace> {
  const file = await openEventFile(path);
  const began = sharedNowMs();
  const microseconds = (ms: number) => Math.round((ms - began) * 1000);
  const trackOf = tracks(file);

  function slice(group: Group, track: string, name: string, work: LaneWork | FinishedTask, about: object) {
    const ts = microseconds(work.startMs);
    const args = { ...about, ...(work.sid !== undefined && { sid: work.sid }) };
    const dur = microseconds(work.endMs) - ts;
    file.write({ ph: 'X', name, cat: group, ...trackOf(group, track), ts, dur, args });
  }
  const counter = (name: string, bytes: number) =>
    file.write({
      ph: 'C',
      name,
      pid: GROUPS.indexOf('memory'),
      ts: microseconds(sharedNowMs()),
      args: { MB: Math.round(bytes / 2 ** 20) },
    });
  const timer = setInterval(() => counter('resident', process.memoryUsage.rss()), RSS_EVERY_MS);
  timer.unref();

  return {
    run: {
      laneWork: (work) =>
        slice('lanes', `${work.lane} ${work.slot}`, `${work.stage} ${work.sid}`, work, { stage: work.stage }),
      reserved: (bytes) => counter('reserved by scans', bytes),
    },
    task: (task) =>
      slice('worker threads', `thread ${task.thread}`, task.name, task, { module: task.module }),
    close() {
      clearInterval(timer);
      return file.close();
    },
  };
}

/** Numbers the tracks as they are met, and writes their names. */
function tracks(file: EventFile): (group: Group, track: string) => { pid: number; tid: number } {
  GROUPS.forEach((name, pid) => {
    file.write({ ph: 'M', name: 'process_name', pid, args: { name } });
    file.write({ ph: 'M', name: 'process_sort_index', pid, args: { sort_index: pid } });
  });
  const known = new Map<string, number>();
  return (group, track) => {
    const pid = GROUPS.indexOf(group);
    let tid = known.get(track);
    if (tid === undefined) {
      known.set(track, (tid = known.size));
      file.write({ ph: 'M', name: 'thread_name', pid, tid, args: { name: track } });
    }
    return { pid, tid };
  };
}
