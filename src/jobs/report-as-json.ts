/** A run's report in plain values: for `run.json`, and for whoever reads events as JSON. */
import type { RunReport } from '../runtime/run.js';
import type { RunRecord } from '../store/run-record.js';

/** Failures as their fields. */
export const reportAsJson = (report: RunReport): Omit<RunRecord, 'notices' | 'attempts'> => ({
  ...report,
  failures: report.failures.map((failure) => failure.toFields()),
  stopped: report.stopped === 'interrupted' ? 'interrupted' : report.stopped?.toFields(),
});
