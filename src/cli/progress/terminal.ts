/** A live picture: a bar for the cohort and a line for each stage, redrawn a few times a second. */
import { createLogUpdate } from 'log-update';
import colors from 'picocolors';
import { asBytes, type StageStatistics } from '../../index.js';
import { asDuration } from '../words.js';
import { CohortCount } from './cohort.js';
import type { Progress, Snapshot } from './progress.js';
import { FailureLines } from '../failures-text.js';
import { inFlags } from '../flags.js';

const FRAMES_A_SECOND = 5;
const LONGEST_BAR = 32;

export function terminalProgress(): Progress {
  const draw = createLogUpdate(process.stderr);
  const cohort = new CohortCount();
  const failures = new FailureLines();
  let snapshot: Snapshot | undefined;
  const started = performance.now();
  const redraw = () => {
    if (snapshot) draw(picture(cohort, snapshot(), (performance.now() - started) / 1000));
  };
  const timer = setInterval(redraw, 1000 / FRAMES_A_SECOND);
  const above = (line: string) => {
    draw.clear();
    process.stderr.write(`${line}\n`);
    redraw();
  };
  return {
    listen(event) {
      cohort.count(event);
      if (event.type === 'notice') above(colors.cyan(inFlags(event.message)));
      if (event.type === 'scan-end' && event.failure) {
        const line = failures.next(event.failure);
        if (line !== undefined) above(`${colors.red('✗')} ${event.sid} ${line}`);
      } else if (event.type === 'scan-end' && event.flags.length > 0)
        above(`${colors.yellow('!')} ${event.sid}: ${event.flags.join('; ')}`);
    },
    ready: (ask) => void (snapshot = ask),
    say: above,
    close() {
      if (snapshot) redraw();
      snapshot = undefined; // nothing is drawn after this
      clearInterval(timer);
      draw.done();
    },
  };
}

function picture(cohort: CohortCount, stages: readonly StageStatistics[], seconds: number): string {
  const parts = [
    `${cohort.finished}/${cohort.total} scans`,
    cohort.failed > 0 ? `${cohort.failed} failed` : '',
    cohort.flagged > 0 ? `${cohort.flagged} flagged` : '',
    cohort.secondsAScan === undefined ? asDuration(seconds) : `${asDuration(cohort.secondsAScan)} a scan`,
    cohort.timeLeft,
  ];
  const text = parts.filter(Boolean).join(' · ');
  const width = Math.max(...stages.map(({ stage }) => stage.length));
  return [`${bar(cohort, text.length)}  ${text}`, ...stages.map((stage) => stageLine(stage, width))].join(
    '\n',
  );
}

/** As wide as the line leaves room for. */
function bar({ total, finished }: CohortCount, beside: number): string {
  const width = Math.max(8, Math.min(LONGEST_BAR, (process.stderr.columns || 80) - beside - 3));
  const full = total === 0 ? 0 : Math.round((width * finished) / total);
  return colors.green('█'.repeat(full)) + colors.dim('░'.repeat(width - full));
}

function stageLine(s: StageStatistics, width: number): string {
  const rate = s.workingSeconds > 0 ? `${(s.items / s.workingSeconds).toFixed(2)}/s` : '';
  const state =
    s.active > 0 ? colors.green('●') : s.waiting + s.queued > 0 ? colors.yellow('◐') : colors.dim('○');
  return [
    `  ${state} ${s.stage.padEnd(width)}`,
    `${String(s.items).padStart(5)} done`,
    rate.padStart(8),
    `${s.active} working`,
    `${s.queued + s.waiting} waiting`,
    asBytes(s.bytesHeld).padStart(8),
  ].join('  ');
}
