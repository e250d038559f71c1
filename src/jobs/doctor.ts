/** The job of the doctor: tries every engine on this machine, then what `auto` takes. What `pipeline doctor` does, without a command line. */
import { usageError } from '../core/errors.js';
import { examine, isBroken, tryOut, type Examination, type Finding } from '../engine/doctor/examine.js';
import { ENGINE_NAMES, type EngineChoice } from '../engine/engines.js';
import { startJob, type Job, type JobContext } from './job.js';
import { defaultJobs, describeMachine, type Machine } from './machine.js';

/** What `doctor` is asked for. */
export interface DoctorOptions {
  /** Seconds that one engine may take: the first start on a new card can take minutes. 60 without. */
  readonly timeout?: number | undefined;
  /** Worker threads; as many as processors without. */
  readonly jobs?: number | undefined;
  /** When aborted, the trial under way is cut off. */
  readonly signal?: AbortSignal | undefined;
}

/** What the doctor does, as it does it; the report comes last. */
export type DoctorEvent =
  | { readonly type: 'trying'; readonly engine: EngineChoice }
  | { readonly type: 'examined'; readonly examination: Examination }
  | { readonly type: 'report'; readonly report: DoctorReport };

/** What the doctor found on this machine. */
export interface DoctorReport {
  readonly machine: Machine;
  readonly engines: readonly Examination[];
  /** What `auto` takes. */
  readonly auto: Finding;
}

/** Seconds that one engine may take unless told otherwise. */
export const DOCTOR_TIMEOUT = 60;
const A_DAY = 86400;

/**
 * An engine that crashes or hangs is a finding, no failure of the job.
 * @throws usageError `doctor-timeout`; interruptedError when the signal is aborted
 */
export const doctor = (options: DoctorOptions = {}): Job<DoctorEvent, DoctorReport> =>
  startJob((context) => examineAll(options, context), options.signal);

async function examineAll(
  { timeout = DOCTOR_TIMEOUT, jobs = defaultJobs() }: DoctorOptions,
  { emit, signal }: JobContext<DoctorEvent>,
): Promise<DoctorReport> {
  if (!(timeout > 0 && timeout <= A_DAY)) {
    throw usageError(
      'doctor-timeout',
      `\`timeout\` is not above 0 and at most ${A_DAY}.`,
      `Give seconds, such as ${DOCTOR_TIMEOUT}.`,
    );
  }
  const limits = { threads: jobs, seconds: timeout, signal };
  const engines: Examination[] = [];
  for (const engine of ENGINE_NAMES) {
    emit({ type: 'trying', engine });
    const examination = await examine(engine, limits);
    engines.push(examination);
    emit({ type: 'examined', examination });
  }
  emit({ type: 'trying', engine: 'auto' });
  const report = { machine: describeMachine(), engines, auto: await tryOut('auto', limits) };
  emit({ type: 'report', report });
  return report;
}

/** A run on this machine may fail, or give wrong numbers. */
export const foundBroken = ({ engines, auto }: DoctorReport): boolean =>
  [...engines.map(({ finding }) => finding), auto].some(isBroken);
