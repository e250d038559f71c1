/** The command line: parsed, called, its errors told. */
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { buildAtlasCommand } from './commands/build-atlas.js';
import { describeCommand } from './commands/describe.js';
import { doctorCommand } from './commands/doctor.js';
import { phantomCommand } from './commands/phantom.js';
import { runCommand } from './commands/run.js';
import { showCommand } from './commands/show.js';
import { stagesCommand } from './commands/stages.js';
import { validateCommand } from './commands/validate.js';
import { weightsCommand } from './commands/weights.js';
import { usageError } from '../index.js';
import { tolerateClosedPipes } from './closed-pipes.js';
import { reportError } from './report-error.js';

const SEE_HELP = 'See `pipeline --help`, or `pipeline COMMAND --help`.';
const LISTS = new Set(['_', 'set', 'only', 'spacing']);

/** yargs makes NaN of a number that is none. */
function refuseNoNumber(argv: Readonly<Record<string, unknown>>): true {
  for (const [name, value] of Object.entries(argv))
    if ([value].flat().some(Number.isNaN))
      throw usageError('option-number', `--${name} takes a number.`, `Give --${name} 2, for instance.`);
  return true;
}

/** yargs makes a list of an option that is given twice. */
function refuseRepeated(argv: Readonly<Record<string, unknown>>): true {
  for (const [name, value] of Object.entries(argv))
    if (Array.isArray(value) && !LISTS.has(name))
      throw usageError('option-repeated', `--${name} is given more than once.`, 'Give it once.');
  return true;
}

tolerateClosedPipes();

const commandLine = yargs(hideBin(process.argv))
  .scriptName('pipeline')
  .usage(
    '$0 <command>\n\nTurns a cohort of chest CT scans into anatomy-aware feature vectors in Apache Arrow.',
  )
  .command(runCommand)
  .command(validateCommand)
  .command(describeCommand)
  .command(stagesCommand)
  .command(showCommand)
  .command(buildAtlasCommand)
  .command(phantomCommand)
  .command(weightsCommand)
  .command(doctorCommand)
  .demandCommand(1, 'Name a command; `pipeline run pipelines/demo.yaml` is where to start.')
  .recommendCommands()
  .strict()
  .option('verbose', {
    type: 'boolean',
    default: false,
    global: true,
    describe: 'show stack traces, and what stages did with their time',
  })
  .wrap(Math.min(110, process.stdout.columns || 110))
  .check(refuseRepeated, true)
  .check(refuseNoNumber, true)
  .fail((message: string | undefined, error: Error | undefined) => {
    throw (
      error ??
      usageError(
        'command-line',
        `${(message ?? 'The command line is not right').replace(/\.$/, '')}.`,
        SEE_HELP,
      )
    );
  });

// Of a timer or a stream that a stage left behind: of no subject, and no longer to be caught.
process.on('uncaughtException', (thrown) => {
  process.stderr.write('An exception outside of any scan ended the run; the same command resumes.\n');
  process.exit(reportError(thrown, process.argv.includes('--verbose')));
});

try {
  await commandLine.parseAsync();
} catch (error) {
  process.exitCode = reportError(error, process.argv.includes('--verbose'));
}
