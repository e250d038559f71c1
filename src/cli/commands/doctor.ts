/** `pipeline doctor`: tries every engine on this machine. */
import type { CommandModule } from 'yargs';
import { usageError } from '../../core/errors.js';
import { ENGINE_NAMES } from '../../engine/engines.js';
import { examine, isBroken, tryOut, type Examination } from '../../engine/doctor/examine.js';
import { doctorText } from '../doctor-text.js';
import { EXIT } from '../exit-codes.js';
import { defaultJobs, describeMachine } from '../../jobs/machine.js';

const A_DAY = 86400;

interface DoctorArguments {
  timeout: number;
  json: boolean;
}

export const doctorCommand: CommandModule<object, DoctorArguments> = {
  command: 'doctor',
  describe: 'try every engine on this machine: is it there, right, and how fast; which one auto takes',
  builder: (yargs) =>
    yargs
      .option('timeout', {
        type: 'number',
        default: 60,
        describe: 'seconds that one engine may take (the first start on a new card can take minutes)',
      })
      .option('json', { type: 'boolean', default: false, describe: 'the findings as JSON on stdout' }),
  async handler({ timeout, json }) {
    if (!(timeout > 0 && timeout <= A_DAY)) {
      throw usageError(
        'doctor-timeout',
        `--timeout is not above 0 and at most ${A_DAY}.`,
        'Give seconds, such as --timeout 60.',
      );
    }
    const limits = { threads: defaultJobs(), seconds: timeout };
    const engines: Examination[] = [];
    for (const engine of ENGINE_NAMES) {
      process.stderr.write(`trying ${engine} ...\n`);
      engines.push(await examine(engine, limits));
    }
    process.stderr.write('trying what auto takes ...\n');
    const report = { machine: describeMachine(), engines, auto: await tryOut('auto', limits) };
    process.stdout.write(`${json ? JSON.stringify(report, null, 2) : doctorText(report)}\n`);
    const findings = [...engines.map(({ finding }) => finding), report.auto];
    process.exitCode = findings.some(isBroken) ? EXIT.someFailed : EXIT.allDone;
  },
};
