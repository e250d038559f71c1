/** The job of running a pipeline over a cohort: what `pipeline run` does, without a command line. */
import { resolve } from 'node:path';
import type { LoadedPipeline } from '../config/pipeline/load-pipeline.js';
import { readManifest, type Manifest } from '../config/cohort/manifest.js';
import { asBytes } from '../core/byte-size.js';
import { toLungflowError, usageError } from '../core/errors.js';
import type { Pipeline } from '../core/pipeline.js';
import { sha256OfFile } from '../formats/sha256-of-file.js';
import type { RunEvent, Snapshot } from '../runtime/events.js';
import type { StageStatistics } from '../runtime/meter.js';
import { runPipeline, type RunReport } from '../runtime/run.js';
import { FailureLedger } from '../store/failure-ledger.js';
import { openTrace, type Trace } from '../trace/trace.js';
import { createWorkerPool, type WorkerPool } from '../workers/pool.js';
import { beginAttempt, type Attempts } from './attempts.js';
import { claimOutput } from './claim-output.js';
import { startJob, type Job, type JobContext } from './job.js';
import { baseMemoryBytes, defaultJobs, defaultMemoryBytes } from './machine.js';
import { planOf, type Plan } from './plan.js';
import { provenanceOf } from './provenance.js';
import { selectSubjects, unavailableNotices } from './select-subjects.js';

/** What a run may be told; each has a default or comes from the pipeline file. */
export interface RunOptions {
  /** The manifest, or its path, where it is not the pipeline's own. */
  readonly cohort?: Manifest | string | undefined;
  /** Directory of the results, where it is not the pipeline's own. */
  readonly out?: string | undefined;
  /** Only these subjects. */
  readonly only?: readonly string[] | undefined;
  /** Only the first so many. */
  readonly limit?: number | undefined;
  /** Worker threads, and scans worked on at once; as many as processors without. */
  readonly jobs?: number | undefined;
  /** Most memory of the whole process; half of the machine's, or of the job's limit, without. */
  readonly memoryBytes?: number | undefined;
  /** File for a trace of lanes, worker threads and memory. */
  readonly trace?: string | undefined;
  /** The command line, to be kept in `run.json`. */
  readonly command?: readonly string[] | undefined;
  /** When aborted, the run stops at once but cleanly, and can be resumed. */
  readonly signal?: AbortSignal | undefined;
}

/** The last event of a run that came to its end, or was stopped. */
export interface ReportEvent {
  readonly type: 'report';
  readonly report: RunReport;
  /** Absolute. */
  readonly outDir: string;
}

export interface Run extends Job<RunEvent | ReportEvent, RunReport> {
  /** What each stage did so far; nothing before the first `start`. */
  statistics(): readonly StageStatistics[];
}

/** Less than this holds no scan. */
export const LEAST_MEMORY_BYTES = 64 * 2 ** 20;

/**
 * Runs a pipeline over a cohort; the same call resumes. `await run(...)` gives the report; `for await (const event of run(...))`
 * the events, ending with it. A subject that fails is in the report; what ends the run before it began is thrown.
 * @throws LungflowError `bad-jobs`, `bad-limit`, `bad-memory`, `no-input`, `no-out`, `unknown-subject`; what manifests and stages throw
 */
export function run(pipeline: Pipeline<object> | LoadedPipeline, options: RunOptions = {}): Run {
  let snapshot: Snapshot = () => [];
  const job = startJob<RunEvent | ReportEvent, RunReport>(
    (context) => runPlan(planOf(pipeline), options, context, (ready) => (snapshot = ready)),
    options.signal,
  );
  return Object.assign(job, { statistics: () => snapshot() });
}

async function runPlan(
  plan: Plan,
  options: RunOptions,
  { emit, signal: stop }: JobContext<RunEvent | ReportEvent>,
  onReady: (snapshot: Snapshot) => void,
): Promise<RunReport> {
  requireOptions(options);
  const { jobs = defaultJobs(), memoryBytes = defaultMemoryBytes(), only, limit } = options;
  const manifest = selectSubjects(await readCohort(plan, options.cohort), { only, limit });
  const outDir = outOf(plan, options.out);
  const notices: string[] = [];
  const listener = (event: RunEvent) => {
    if (event.type === 'notice') notices.push(event.message);
    emit(event);
  };
  const notice = (message: string) => listener({ type: 'notice', message });
  const lost = new AbortController();
  const signal = AbortSignal.any([stop, lost.signal]);
  const onLost = () => {
    notice('Another run has taken the output over: this one stops.');
    lost.abort();
  };
  const claim = await claimOutput(outDir, { onWait: notice, onLost, signal });
  const unrecorded = (thrown: unknown) =>
    notice(`run.json could not be written: ${toLungflowError(thrown).what}`);
  const provenance = provenanceOf(plan);
  const ledger = new FailureLedger(outDir);
  let attempt: Attempts | undefined;
  async function begin(): Promise<void> {
    await ledger.begin();
    attempt = await beginAttempt(outDir, {
      command: options.command && [...options.command],
      jobs,
      memoryBytes,
      pipelineSha256: provenance['pipeline_sha256'] ?? '',
      manifestSha256: await manifestSha256(plan, options.cohort),
      subjects: manifest.subjects.length,
    }).catch((thrown: unknown) => {
      unrecorded(thrown);
      return undefined;
    });
  }
  let report: RunReport;
  let trace: Trace | undefined;
  let workers: WorkerPool | undefined;
  try {
    trace = options.trace === undefined ? undefined : await openTrace(resolve(options.trace));
    workers = createWorkerPool(jobs, { signal, observer: trace?.task });
    [...manifest.notices, ...unavailableNotices(manifest)].forEach(notice);
    const base = baseMemoryBytes(jobs);
    if (memoryBytes <= base) notice(nothingLeft(memoryBytes, base));
    report = await runPipeline({
      stages: plan.stages.map(({ stage }) => stage),
      subjects: manifest.subjects,
      cohort: manifest.cohort,
      unavailable: manifest.unavailable,
      workers,
      jobs,
      memoryBytes: memoryBytes - base,
      outDir,
      ledger: { begin, add: (failure) => ledger.add(failure) },
      resolvePath: plan.resolvePath,
      provenance,
      signal,
      listener,
      observer: trace?.run,
      onReady,
    });
    if (!lost.signal.aborted) await attempt?.end(report, notices).catch(unrecorded);
  } finally {
    await workers?.close();
    await trace?.close().catch((thrown: unknown) => notice(toLungflowError(thrown).message));
    await claim.release();
  }
  emit({ type: 'report', report, outDir });
  return report;
}

/** Undefined where there is no such file: whoever needs the manifest has said so. */
const manifestSha256 = async ({ input }: Plan, given?: Manifest | string): Promise<string | undefined> => {
  const path = typeof given === 'object' ? undefined : (given ?? input);
  return path === undefined ? undefined : sha256OfFile(path).catch(() => undefined);
};

/** The cohort that is given, or the pipeline's own. */
export async function readCohort(
  { start, input }: Pick<Plan, 'start' | 'input'>,
  given?: Manifest | string,
): Promise<Manifest> {
  if (typeof given === 'object') return given;
  return start?.cohort ?? readManifest(given ?? input ?? missing('input', 'manifest of the cohort'));
}

export const outOf = ({ out }: Pick<Plan, 'out'>, given?: string): string =>
  given === undefined ? (out ?? missing('out', 'directory of the results')) : resolve(given);

function missing(option: 'input' | 'out', meaning: string): never {
  throw usageError(
    `no-${option}`,
    `Neither the pipeline nor an option names the ${meaning}.`,
    `Give the option \`${option}\`, or write \`${option}:\` into the pipeline file.`,
  );
}

/** @throws usageError `bad-jobs`, `bad-limit`, `bad-memory` */
export function requireOptions({ jobs = 1, limit = 1, memoryBytes = Infinity }: RunOptions): void {
  for (const [name, value] of [['jobs', jobs] as const, ['limit', limit] as const])
    if (!(Number.isInteger(value) && value > 0))
      throw usageError(
        `bad-${name}`,
        `\`${name}\` is ${value}, no positive whole number.`,
        'Give 2, for instance.',
      );
  if (!(memoryBytes >= LEAST_MEMORY_BYTES))
    throw usageError(
      'bad-memory',
      `\`memory\` is ${asBytes(memoryBytes)}, too little for a scan.`,
      `Give at least ${asBytes(LEAST_MEMORY_BYTES)}; 8 GB, for instance.`,
    );
}

const nothingLeft = (memory: number, base: number): string =>
  `\`memory\` of ${asBytes(memory)} is no more than the ${asBytes(base)} that the process takes without a scan: scans run one at a time, beyond it. Raise \`memory\`, or lower \`jobs\`.`;
