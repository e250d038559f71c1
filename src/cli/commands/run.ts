/** `pipeline run FILE`: runs a pipeline over a cohort. */
import type { CommandModule } from 'yargs';
import type { LoadedPipeline } from '../../config/pipeline/load-pipeline.js';
import { asBytes, parseBytes } from '../../core/byte-size.js';
import { usageError } from '../../core/errors.js';
import { defaultJobs, defaultMemoryBytes } from '../../jobs/machine.js';
import { rehearse } from '../../jobs/rehearse.js';
import { readCohort, requireOptions, run } from '../../jobs/run.js';
import { reportAsJson } from '../../jobs/report-as-json.js';
import { selectSubjects, type Selection } from '../../jobs/select-subjects.js';
import { EXIT } from '../exit-codes.js';
import { listenForInterrupt } from '../interrupt.js';
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
        describe: 'only this subject (may be repeated)',
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
    requireOptions({ ...args, memoryBytes });
    const loaded = await loadPipeline(args);
    if (args['dry-run']) return dryRun(loaded, selectSubjects(await readCohort(loaded, args.input), args));
    process.exitCode = await watch(args, memoryBytes, loaded);
  },
};

/** @returns the exit code */
async function watch(
  { input, out, only, limit, jobs, trace, json }: RunArguments,
  memoryBytes: number | undefined,
  loaded: LoadedPipeline,
): Promise<number> {
  const progress = createProgress(json);
  const interrupt = listenForInterrupt(progress.say);
  const { signal } = interrupt;
  const job = run(loaded, { cohort: input, out, only, limit, jobs, memoryBytes, trace, signal });
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
      else process.stderr.write(`${summaryText(report, outDir)}\n`);
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

async function dryRun(
  loaded: LoadedPipeline,
  { subjects, cohort, unavailable, notices }: Selection,
): Promise<void> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const tell = (notice: string) => say(inFlags(notice));
  notices.forEach(tell);
  await rehearse(loaded, cohort, tell);
  say(planPicture(loaded));
  const lacking = unavailable.size > 0 ? `, ${unavailable.size} of them without a usable image:` : '';
  say(`${plural(subjects.length, 'subject')}${lacking}`);
  for (const [sid, { what, remedy }] of unavailable) say(`  ${sid}: ${inFlags(`${what} ${remedy}`)}`);
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
