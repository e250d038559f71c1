/** `run.json` as it grows: an attempt is noted when it begins, so that one that is killed is known of, and again at its end. */
import type { RunReport } from '../runtime/run.js';
import { readRunRecord, writeRunRecord, type Attempt, type RunRecord } from '../store/run-record.js';
import { describeMachine } from './machine.js';
import { reportAsJson } from './report-as-json.js';

const NOTHING_YET: Omit<RunRecord, 'attempts'> = {
  done: 0,
  resumed: 0,
  failures: [],
  flagged: [],
  flags: [],
  seconds: 0,
  peakRssBytes: 0,
  statistics: [],
  lanes: [],
  notices: [],
};

export interface Attempts {
  end(report: RunReport, notices: readonly string[]): Promise<void>;
}

/** @param begun what is known of this attempt before its stages open */
export async function beginAttempt(
  outDir: string,
  begun: Pick<Attempt, 'command' | 'jobs' | 'memoryBytes' | 'pipelineSha256' | 'manifestSha256' | 'subjects'>,
): Promise<Attempts> {
  const earlier = await readRunRecord(outDir).catch(() => undefined); // there is none, or it is damaged: a new one
  const { lungflow, node, platform, cpu } = describeMachine();
  const now = () => new Date().toISOString();
  const attempt: Attempt = { startedAt: now(), lungflow, node, platform, cpu, ...begun };
  const before = earlier?.attempts ?? [];
  await writeRunRecord(outDir, { ...(earlier ?? NOTHING_YET), attempts: [...before, attempt] });
  return {
    end: (report, notices) => {
      const { stopped } = report;
      const ended: Attempt = {
        ...attempt,
        endedAt: now(),
        done: report.done - report.resumed,
        failed: report.failures.length,
        seconds: report.seconds,
        ...(stopped && { stopped: stopped === 'interrupted' ? stopped : stopped.code }),
      };
      return writeRunRecord(outDir, { ...reportAsJson(report), notices, attempts: [...before, ended] });
    },
  };
}
