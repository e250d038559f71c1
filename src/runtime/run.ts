/**
 * Runs a pipeline over a cohort as one Highland stream. The sink pulls; each stage works on a few scans at once and hands
 * them on in the manifest's order; nothing is read before there is memory for it and somebody downstream wants it.
 */
import Highland from 'highland';
import { toLungflowError, type LungflowError } from '../core/errors.js';
import { itemAt } from '../core/item-at.js';
import { memoryByStage, type StageMemory } from '../core/footprint.js';
import { portsLiveAfter } from '../core/liveness.js';
import { asBytes } from '../core/byte-size.js';
import type { SharedWorkers } from '../core/shared-workers.js';
import type { Stage } from '../core/stage.js';
import type { Subject } from '../core/subject.js';
import { MemoryBudget } from './budget.js';
import type { RunListener, Snapshot } from './events.js';
import type { FailureLedger } from './failure-ledger.js';
import { FreedMemory } from './freed-memory.js';
import type { LaneStatistics } from './lane-meter.js';
import { createLanes } from './lanes.js';
import type { StageStatistics } from './meter.js';
import type { RunObserver } from './observer.js';
import { closeStages, openStages, type RunningStage } from './open-stages.js';
import { newScan, type Scan } from './scan.js';
import { createStep } from './step.js';

export interface RunOptions {
  readonly stages: readonly Stage[];
  /** The subjects to work on, in the manifest's order. */
  readonly subjects: readonly Subject[];
  /** The whole manifest, where `subjects` is a part of it: stages plan their output by it. */
  readonly cohort?: readonly Subject[];
  /** Subjects known to fail before anything is read (image missing, empty): reported in their place. */
  readonly unavailable?: ReadonlyMap<string, LungflowError>;
  readonly workers: SharedWorkers;
  readonly jobs: number;
  /** For all that scans hold; what the process needs without any comes on top. */
  readonly memoryBytes: number;
  readonly outDir: string;
  readonly ledger: FailureLedger;
  readonly resolvePath: (path: string) => string;
  readonly provenance?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly listener?: RunListener;
  readonly observer?: RunObserver | undefined;
  /** Called once the stages are open, with a way to ask for statistics while the run goes on. */
  readonly onReady?: (snapshot: Snapshot) => void;
}

/** How a run ended. */
export interface RunReport {
  /** Subjects whose results stand in the output, those of an earlier run included. */
  readonly done: number;
  readonly resumed: number;
  readonly failures: readonly LungflowError[];
  /** Of single subjects, those of an earlier run included. */
  readonly flagged: readonly { readonly sid: string; readonly flags: readonly string[] }[];
  /** Of every row. */
  readonly flags: readonly string[];
  /** Why the run ended before its last subject, if it did. */
  readonly stopped: LungflowError | 'interrupted' | undefined;
  readonly seconds: number;
  readonly peakRssBytes: number;
  readonly statistics: readonly StageStatistics[];
  readonly lanes: readonly LaneStatistics[];
}

export async function runPipeline(options: RunOptions): Promise<RunReport> {
  const { subjects, listener = () => undefined } = options;
  const running = await openStages({
    ...options,
    subjects: options.cohort ?? subjects,
    provenance: options.provenance ?? {},
    onNotice: (message) => listener({ type: 'notice', message }),
  });
  let flowed: Flowed;
  try {
    flowed = await flow(options, running);
  } catch (thrown) {
    await closeStages(running, 'interrupted').catch(() => undefined); // the first failure is the one to tell
    throw thrown;
  }
  const { started, snapshot, ...tally } = flowed;
  let { stopped } = flowed;
  try {
    await closeStages(running, stopped ? 'interrupted' : 'complete', options.signal);
  } catch (thrown) {
    // The report is still worth having.
    stopped ??= options.signal?.aborted ? 'interrupted' : toLungflowError(thrown);
  }
  listener({ type: 'end' });
  return {
    ...tally,
    stopped,
    seconds: (performance.now() - started) / 1000,
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
    statistics: snapshot(),
  };
}

type Flowed = Pick<RunReport, 'done' | 'resumed' | 'failures' | 'flagged' | 'flags' | 'stopped' | 'lanes'> & {
  readonly started: number;
  readonly snapshot: Snapshot;
};

/** All scans through the open stages, which it leaves open. */
async function flow(options: RunOptions, running: readonly RunningStage[]): Promise<Flowed> {
  const { stages, subjects, workers, jobs, ledger, unavailable = new Map<string, LungflowError>() } = options;
  const { observer, listener = () => undefined } = options;
  const stop = new AbortController(); // no further scan is read
  const signal = AbortSignal.any([stop.signal, ...(options.signal ? [options.signal] : [])]);
  const budget = new MemoryBudget(options.memoryBytes, jobs + 1, observer?.reserved);
  signal.addEventListener('abort', () => budget.lift(), { once: true });
  const lanes = createLanes(jobs, observer);
  const context = {
    workers,
    lanes,
    budget,
    freed: new FreedMemory(workers, budget),
    signal,
    listener,
    live: portsLiveAfter(stages),
  };
  const steps = running.map((stage, index) => createStep(stage, index, context));
  const started = performance.now();
  const snapshot: Snapshot = () => steps.map(({ meter }) => meter.snapshot());
  options.onReady?.(snapshot);

  const earlier = await subjectsDone(running);
  const resumed = subjects.filter(({ sid }) => earlier.has(sid)).length;
  const flagsOfAll = [...new Set(running.flatMap(({ flags }) => flags))];
  const tally = {
    done: resumed,
    resumed,
    failures: [] as LungflowError[],
    flagged: flaggedBefore(running, subjects, earlier, flagsOfAll),
    flags: flagsOfAll,
  };
  let stopped: RunReport['stopped'];
  const left = subjects.filter(({ sid }) => !earlier.has(sid));
  const lacking = left.filter(({ sid }) => unavailable.has(sid)).length;
  listener({ type: 'start', total: subjects.length, resumed, unavailable: lacking });

  await ledger.begin();
  const { open: source, stage: firstStage } = itemAt(running, 0);

  async function admit(subject: Subject): Promise<Scan> {
    let memory: readonly StageMemory[] = [];
    let failure = unavailable.get(subject.sid);
    if (!failure) {
      try {
        memory = memoryByStage(stages, (await source.measure?.(subject)) ?? {});
      } catch (thrown) {
        failure = toLungflowError(thrown);
      }
    }
    failure = failure?.at({ sid: subject.sid, stage: firstStage.name });
    const { adds, need } = memory.at(0) ?? { adds: 0, need: 0 };
    const reason = failure ? undefined : whyAlone(subject.sid, need, options.memoryBytes);
    if (reason !== undefined) listener({ type: 'notice', message: reason });
    const account = await budget.admit(adds, need);
    listener({ type: 'scan-start', sid: subject.sid });
    return newScan({ subject, memory, account, failure, flags: flagsOfAll });
  }

  async function conclude(scan: Scan): Promise<void> {
    steps.at(-1)!.handOver(scan);
    budget.release(scan.account);
    const { failure, subject } = scan;
    const flags = scan.flags.filter((flag) => !flagsOfAll.includes(flag));
    if (failure && signal.aborted) return; // cut off, not failed: it is done when the run resumes
    if (failure) {
      tally.failures.push(failure);
      const unwritable = await ledger.add(failure).catch(toLungflowError);
      const reason = ENDING.has(failure.code) ? failure : unwritable;
      if (reason) {
        stopped ??= reason;
        stop.abort(); // what is in flight still comes to its end
      }
    } else {
      tally.done += 1;
      if (flags.length > 0) tally.flagged.push({ sid: subject.sid, flags });
    }
    listener({ type: 'scan-end', sid: subject.sid, flags, ...(failure && { failure }) });
  }

  const admitted = untilAborted(left, signal).flatMap((subject) => fromPromise(admit(subject)));
  const scans = steps.reduce<Highland.Stream<Scan>>(
    (stream, step, i) =>
      stream
        .map((scan) => {
          steps[i - 1]?.handOver(scan);
          return fromPromise(step.take(scan));
        })
        .parallel(itemAt(stages, i).ordered ? 1 : jobs),
    admitted,
  );
  await scans
    .flatMap((scan) => fromPromise(conclude(scan)))
    .collect()
    .toPromise(Promise);

  if (options.signal?.aborted) stopped = 'interrupted';
  for (const { meter } of [...steps, ...Object.values(lanes)]) meter.end();
  return {
    ...tally,
    stopped,
    started,
    snapshot,
    lanes: Object.values(lanes).map(({ meter }) => meter.snapshot()),
  };
}

/** What fails one subject so fails all that are left: the run ends once, and can be resumed. */
const ENDING: ReadonlySet<string> = new Set(['disk-full', 'output-lost']);

const fromPromise = <T>(promise: Promise<T>): Highland.Stream<T> => Highland(promise as PromiseLike<T>);

/** Subjects one by one, as they are pulled; an aborted run ends the stream. */
function untilAborted(subjects: readonly Subject[], signal: AbortSignal): Highland.Stream<Subject> {
  let next = 0;
  return Highland<Subject>((push, pull) => {
    const subject = signal.aborted ? undefined : subjects[next++];
    if (subject === undefined) return push(null, Highland.nil);
    push(null, subject);
    pull();
  });
}

/** A subject is done when every stage that keeps results has it. */
async function subjectsDone(running: readonly RunningStage[]): Promise<ReadonlySet<string>> {
  const sets = await Promise.all(running.flatMap(({ open }) => (open.done ? [open.done()] : [])));
  const [first = new Set<string>(), ...rest] = sets;
  return new Set([...first].filter((sid) => rest.every((set) => set.has(sid))));
}

function flaggedBefore(
  running: readonly RunningStage[],
  subjects: readonly Subject[],
  done: ReadonlySet<string>,
  flagsOfAll: readonly string[],
): RunReport['flagged'][number][] {
  const kept = running.map(({ open }) => open.flagged?.() ?? new Map<string, readonly string[]>());
  return subjects.flatMap(({ sid }) => {
    const flags = done.has(sid) ? kept.flatMap((flagged) => flagged.get(sid) ?? []) : [];
    const own = [...new Set(flags)].filter((flag) => !flagsOfAll.includes(flag));
    return own.length > 0 ? [{ sid, flags: own }] : [];
  });
}

function whyAlone(sid: string, need: number, budget: number): string | undefined {
  if (need <= budget || budget <= 0) return undefined; // with nothing left for scans, that is said once for all
  if (!Number.isFinite(need)) return `It is not known how much memory ${sid} will take: it runs alone.`;
  return `${sid} needs about ${asBytes(need)}, more than the ${asBytes(budget)} that \`memory\` leaves for scans: it runs alone. Raise \`memory\` to avoid this.`;
}
