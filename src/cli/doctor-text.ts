/** What the doctor found: a table, and in words what is missing or amiss. */
import colors from 'picocolors';
import { USUAL_PATCHES } from '../imaging/index.js';
import {
  asBytes,
  AUTO_RULE,
  isBroken,
  type DoctorReport,
  type Examination,
  type Finding,
  type Machine,
} from '../index.js';
import { textTable } from './text-table.js';
import { asDuration, plural } from './words.js';
import { inFlags } from './flags.js';

export const doctorText = ({ machine, engines, auto }: DoctorReport): string =>
  [
    machineLines(machine),
    '',
    textTable(
      ['engine', 'state', 'on', 'device', 'difference', 'patches/s', `${USUAL_PATCHES} patches`],
      engines.map(row),
    ),
    '',
    ...engines.flatMap(remarks),
    '',
    autoLine(auto),
    `The rule: ${AUTO_RULE}.`,
  ].join('\n');

const machineLines = ({ lungflow, node, platform, cpu, threads, memoryBytes }: Machine) =>
  `lungflow ${lungflow}, Node.js ${node}, ${platform}, ${cpu}\nA run takes ${plural(threads, 'thread')} and ${asBytes(memoryBytes)} of memory unless told otherwise (--jobs, --memory).`;

function row({ engine, finding }: Examination): string[] {
  if (!('device' in finding)) return [engine, finding.state, '', '', '', '', ''];
  const { state, device, difference, patchesPerSecond } = finding;
  return [
    engine,
    state,
    device.kind.toUpperCase(),
    device.name,
    difference.toExponential(1),
    String(Number(patchesPerSecond.toPrecision(2))),
    asDuration(USUAL_PATCHES / patchesPerSecond),
  ];
}

function remarks({ engine, packages, install, finding }: Examination): string[] {
  const versions = packages.map(({ name, version }) => `${name} ${version ?? 'is missing'}`).join(', ');
  if (finding.state === 'not installed') return [`${engine}: ${versions}; \`${install ?? ''}\` adds it`];
  const paint = isBroken(finding) ? colors.red : String;
  const lines = complaint(finding).map((line) => `  ${paint(line)}`);
  return versions || lines.length > 0 ? [`${engine}: ${versions}`.trimEnd(), ...lines] : [];
}

function complaint(finding: Finding): string[] {
  if ('what' in finding) return [finding.what, finding.remedy].map(inFlags);
  const { passedOver } = finding.device;
  return passedOver === undefined ? [] : [`Passed over: ${passedOver}.`];
}

function autoLine(auto: Finding): string {
  if (!('device' in auto))
    return colors.red(`--engine auto fails here. ${inFlags(`${auto.what} ${auto.remedy}`)}`);
  const takes = `--engine auto takes ${colors.bold(auto.name)} (${auto.device.name}): ${auto.reason}.`;
  return auto.state === 'works' ? takes : [takes, ...complaint(auto).map(colors.red)].join('\n');
}
