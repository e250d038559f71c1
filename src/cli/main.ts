#!/usr/bin/env node
/** `pipeline`: parses the command line, calls, prints. */
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { describeCommand } from './commands/describe.js';
import { phantomCommand } from './commands/phantom.js';
import { runCommand } from './commands/run.js';
import { showCommand } from './commands/show.js';
import { stagesCommand } from './commands/stages.js';
import { validateCommand } from './commands/validate.js';
import { EXIT } from './exit-codes.js';
import { reportError } from './report-error.js';

await yargs(hideBin(process.argv))
  .scriptName('pipeline')
  .usage(
    '$0 <command>\n\nTurns a cohort of chest CT scans into anatomy-aware feature vectors in Apache Arrow.',
  )
  .command(runCommand)
  .command(validateCommand)
  .command(describeCommand)
  .command(stagesCommand)
  .command(showCommand)
  .command(phantomCommand)
  .demandCommand(1, 'Name a command; `pipeline run pipelines/demo.yaml` is where to start.')
  .recommendCommands()
  .strict()
  .option('verbose', { type: 'boolean', default: false, global: true, describe: 'show stack traces' })
  .wrap(Math.min(110, process.stdout.columns || 110))
  .fail((message: string | undefined, error: Error | undefined, parser) => {
    if (error) return; // rejected below
    process.stderr.write(`${message ?? ''}\n\n`);
    parser.showHelp((help: string) => process.stderr.write(`${help}\n`));
    process.exitCode = EXIT.usage;
  })
  .parseAsync()
  .catch((error: unknown) => {
    process.exitCode = reportError(error, process.argv.includes('--verbose'));
  });
