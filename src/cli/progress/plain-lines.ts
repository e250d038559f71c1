/** For logs (Slurm, CI): a line a scan, nothing that moves. */
import type { Progress } from './progress.js';
import { asDuration } from '../words.js';
import { CohortCount } from './cohort.js';
import { FailureLines } from '../failures-text.js';
import { inFlags } from '../flags.js';

export function plainProgress(): Progress {
  const cohort = new CohortCount();
  const failures = new FailureLines();
  const print = (line: string) => process.stderr.write(`${inFlags(line)}\n`);
  return {
    listen(event) {
      cohort.count(event);
      if (event.type === 'notice') print(event.message);
      if (event.type === 'start' && event.resumed > 0)
        print(`${event.resumed} of ${event.total} subjects were done before; they are kept.`);
      if (event.type !== 'scan-end') return;
      const place = `[${cohort.finished}/${cohort.total}]`;
      const { failure, flags, sid } = event;
      if (failure) {
        const line = failures.next(failure);
        if (line !== undefined) print(`${place} ${sid} ${line}`);
      } else {
        const pace =
          cohort.secondsAScan === undefined
            ? ''
            : ` (${[`${asDuration(cohort.secondsAScan)} a scan`, cohort.timeLeft].filter(Boolean).join(', ')})`;
        print(`${place} ${sid} done${flags.length ? `, FLAGGED: ${flags.join('; ')}` : ''}${pace}`);
      }
    },
    ready: () => undefined,
    say: print,
    close: () => undefined,
  };
}
