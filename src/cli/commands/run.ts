/** `pipeline run FILE`: runs a pipeline over a cohort. */
import type { CommandModule } from 'yargs';
import {
  asBytes,
  defaultJobs,
  defaultMemoryBytes,
  parseBytes,
  rehearse,
  reportAsJson,
  run,
  usageError,
  type LoadedPipeline,
  type RunOptions,
} from '../../index.js';
import { EXIT } from '../exit-codes.js';
import { failuresText } from '../failures-text.js';
import { listenForInterrupt } from '../interrupt.js';
import { subjectsNamed } from '../only.js';
import { planPicture } from '../plan-picture.js';
import { createProgress } from '../progress/create-progress.js';
import { summaryText } from '../summary.js';
import { plural } from '../words.js';
import { loadPipeline, pipelineArguments, type PipelineArguments } from './pipeline-arguments.js';
import { inFlags } from '../flags.js';

interface RunArguments extends PipelineArguments {
  out: string | undefined;
  limit: number | undefined;
  only: string[] | undefined;
  jobs: number;
  memory: string | undefined;
  trace: string | undefined;
  'dry-run': boolean;
  json: boolean;
  verbose?: boolean;
}

export const runCommand: CommandModule<object, RunArguments> = {
  command: 'run <file>',
  describe: 'run a pipeline over a cohort of scans',
  builder: (yargs) =>
    pipelineArguments(yargs)
      .option('out', { type: 'string', describe: "directory of the results (else the file's)" })
      .option('limit', { type: 'number', describe: 'only the first N subjects' })
      .option('only', {
        type: 'string',
        array: true,
        nargs: 1,
        describe: 'only these subjects: a, or a,b,c, or @file with one a line (may be repeated)',
      })
      .option('jobs', {
        type: 'number',
        default: defaultJobs(),
        describe: 'worker threads, and scans worked on at once',
      })
      .option('memory', {
        type: 'string',
        describe: `most memory of the whole process; scans wait for it (default: half, ${asBytes(defaultMemoryBytes())})`,
      })
      .option('trace', {
        type: 'string',
        describe: 'file for a trace of lanes, worker threads and memory (ui.perfetto.dev shows it)',
      })
      .option('dry-run', {
        type: 'boolean',
        default: false,
        describe: 'check everything and show the plan; read no scan',
      })
      .option('json', {
        type: 'boolean',
        default: false,
        describe: 'progress and summary as JSON lines on stdout',
      }),
  async handler(args) {
    const memoryBytes = args.memory === undefined ? undefined : parseMemory(args.memory);
    const loaded = await loadPipeline(args);
    const { input: cohort, out, limit, jobs, trace } = args;
    const only = args.only && (await subjectsNamed(args.only));
    const command = process.argv.slice(2);
    const options = { cohort, out, only, limit, jobs, memoryBytes, trace, command };
    if (args['dry-run']) return dryRun(loaded, options);
    process.exitCode = await watch(loaded, options, args);
  },
};

/** @returns the exit code */
async function watch(
  loaded: LoadedPipeline,
  options: RunOptions,
  { json, verbose }: Pick<RunArguments, 'json' | 'verbose'>,
): Promise<number> {
  const progress = createProgress(json);
  const interrupt = listenForInterrupt(progress.say);
  const job = run(loaded, { ...options, signal: interrupt.signal });
  let code: number = EXIT.allDone;
  try {
    for await (const event of job) {
      if (event.type === 'start') progress.ready(() => job.statistics());
      if (event.type !== 'report') {
        progress.listen(event);
        continue;
      }
      progress.close();
      const { report, outDir } = event;
      if (json) process.stdout.write(`${JSON.stringify({ type: 'summary', ...reportAsJson(report) })}\n`);
      else process.stderr.write(`${summaryText(report, outDir, verbose === true)}\n`);
      if (report.failures.length > 0 || report.stopped) code = EXIT.someFailed;
    }
  } catch (thrown) {
    if (interrupt.exitCode() === undefined) throw thrown; // else stopped while it got ready: nothing to tell
  } finally {
    progress.close();
    interrupt.dispose();
  }
  return interrupt.exitCode() ?? code;
}

async function dryRun(loaded: LoadedPipeline, options: RunOptions): Promise<void> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const rehearsal = rehearse(loaded, options);
  for await (const { message } of rehearsal) say(inFlags(message));
  const { subjects, unavailable } = await rehearsal;
  say(planPicture(loaded));
  const lacking = unavailable.size > 0 ? `, of which ${unavailable.size} cannot run:` : '';
  say(`${plural(subjects.length, 'subject')}${lacking}`);
  for (const line of failuresText([...unavailable.values()])) say(line);
  if (unavailable.size > 0) process.exitCode = EXIT.someFailed;
}

function parseMemory(text: string): number {
  const parsed = parseBytes(text);
  if (parsed !== undefined) return parsed;
  throw usageError(
    'bad-memory',
    `--memory ${text} is no amount of memory.`,
    'Give --memory 8GB, for instance.',
  );
}
