/** The end of a run, as a table: what each stage did, who failed and why, and where the results lie. */
import colors from 'picocolors';
import { asBytes, type LaneStatistics, type RunReport, type StageStatistics } from '../index.js';
import { failuresText } from './failures-text.js';
import { textTable } from './text-table.js';
import { asDuration, plural } from './words.js';
import { inFlags } from './flags.js';

/** @param details also what each stage and lane did with its time */
export function summaryText(report: RunReport, outDir: string, details: boolean): string {
  return [
    '',
    ...(details && report.statistics.some(({ items, failed }) => items + failed > 0)
      ? [stageTable(report.statistics), laneLine(report.lanes), '']
      : []),
    headline(report),
    ...report.flags.map((flag) => `  ${colors.yellow('!')} every row: ${inFlags(flag)}`),
    ...report.flagged.map(({ sid, flags }) => `  ${colors.yellow('!')} ${sid}: ${inFlags(flags.join('; '))}`),
    ...failuresText(report.failures, details),
    `Results: ${outDir}`,
  ].join('\n');
}

/** How much of the run each lane in use had work. */
const laneLine = (lanes: readonly LaneStatistics[]): string =>
  `lanes: ${lanes
    .filter(({ busySeconds }) => busySeconds > 0)
    .map(({ lane, busyShare }) => `${lane} ${(100 * busyShare).toFixed(0)}%`)
    .join(colors.dim(' · '))}`;

function headline({
  done,
  resumed,
  failures,
  flagged,
  stopped,
  seconds,
  peakRssBytes,
  statistics,
}: RunReport): string {
  const first = statistics.at(0);
  const worked = first ? first.items + first.failed : 0; // not those that failed before any work
  const parts = [
    `${plural(done, 'subject')} done${resumed > 0 ? ` (${resumed} before)` : ''}`,
    failures.length > 0 ? colors.red(`${failures.length} failed`) : '0 failed',
    flagged.length > 0 ? colors.yellow(`${flagged.length} flagged`) : '',
    asDuration(seconds),
    worked > 0 ? `${asDuration(seconds / worked)} a scan` : '',
    `peak memory ${asBytes(peakRssBytes)}`,
  ];
  const line = parts.filter(Boolean).join(colors.dim(' · '));
  if (stopped === 'interrupted') return `${colors.yellow('Interrupted.')} ${line}. The same command resumes.`;
  return stopped
    ? `${colors.red('Stopped:')} ${inFlags(`${stopped.what} ${stopped.remedy}`)}\n${line}`
    : line;
}

const COLUMNS = [
  'stage',
  'lane',
  'scans',
  's/scan',
  'working s',
  'starved s',
  'held back s',
  'peak held',
  'batches',
];

const stageTable = (statistics: readonly StageStatistics[]): string =>
  textTable(
    COLUMNS,
    statistics.map((s) => [
      s.stage,
      s.lane,
      String(s.items),
      s.items > 0 ? (s.itemSeconds / s.items).toFixed(2) : '',
      s.workingSeconds.toFixed(1),
      s.starvedSeconds.toFixed(1),
      s.heldBackSeconds.toFixed(1),
      asBytes(s.peakBytesHeld),
      s.batches > 0 ? `${s.batches} of ${(s.units / s.batches).toFixed(0)}` : '',
    ]),
  );
