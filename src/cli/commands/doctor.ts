/** `pipeline doctor`: tries every engine on this machine. */
import type { CommandModule } from 'yargs';
import { doctor, DOCTOR_TIMEOUT, foundBroken } from '../../index.js';
import { doctorText } from '../doctor-text.js';
import { EXIT } from '../exit-codes.js';

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
        default: DOCTOR_TIMEOUT,
        describe: 'seconds that one engine may take (the first start on a new card can take minutes)',
      })
      .option('json', { type: 'boolean', default: false, describe: 'the findings as JSON on stdout' }),
  async handler({ timeout, json }) {
    for await (const event of doctor({ timeout })) {
      if (event.type === 'trying') {
        const what = event.engine === 'auto' ? 'what auto takes' : event.engine;
        process.stderr.write(`trying ${what} ...\n`);
      }
      if (event.type !== 'report') continue;
      const { report } = event;
      process.stdout.write(`${json ? JSON.stringify(report, null, 2) : doctorText(report)}\n`);
      process.exitCode = foundBroken(report) ? EXIT.someFailed : EXIT.allDone;
    }
  },
};
