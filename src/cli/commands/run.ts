/** `pipeline run FILE`: runs a pipeline over a cohort. */
import { resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { readManifest, type Manifest } from '../../config/manifest.js';
import type { LoadedPipeline } from '../../config/load-pipeline.js';
import { asBytes, parseBytes } from '../../core/byte-size.js';
import { toLungflowError, usageError } from '../../core/errors.js';
import type { RunListener } from '../../runtime/events.js';
import { runPipeline } from '../../runtime/run.js';
import { openTrace } from '../../trace/trace.js';
import { createWorkerPool } from '../../workers/pool.js';
import { EXIT } from '../exit-codes.js';
import { listenForInterrupt } from '../interrupt.js';
import { baseMemoryBytes, defaultJobs, defaultMemoryBytes } from '../machine.js';
import { createProgress } from '../progress/create-progress.js';
import { planPicture } from '../plan-picture.js';
import { provenanceOf } from '../provenance.js';
import { rehearse } from '../rehearse.js';
import { reportAsJson, writeRunRecord } from '../run-record.js';
import { selectSubjects, type Selection } from '../select-subjects.js';
import { summaryText } from '../summary.js';
import { plural } from '../words.js';
import { loadPipeline, pipelineArguments, type PipelineArguments } from './pipeline-arguments.js';

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

/** Less than this holds no scan. */
const LEAST_MEMORY = 64 * 2 ** 20;

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
    requireWhole(args);
    const memoryBytes = args.memory === undefined ? defaultMemoryBytes() : parseMemory(args.memory);
    const loaded = await loadPipeline(args);
    const manifest = selectSubjects(await readCohort(args, loaded), args);
    if (args['dry-run']) return dryRun(loaded, manifest);
    process.exitCode = await run({ ...args, memoryBytes }, loaded, manifest);
  },
};

async function run(
  args: RunArguments & { memoryBytes: number },
  loaded: LoadedPipeline,
  manifest: Selection,
): Promise<number> {
  const outDir =
    args.out === undefined ? (loaded.out ?? missing('out', 'directory of the results')) : resolve(args.out);
  const trace = args.trace === undefined ? undefined : await openTrace(resolve(args.trace));
  const progress = createProgress(args.json);
  const interrupt = listenForInterrupt(progress.say);
  const workers = createWorkerPool(args.jobs, { signal: interrupt.signal, observer: trace?.task });
  const notices: string[] = [];
  const listener: RunListener = (event) => {
    if (event.type === 'notice') notices.push(event.message);
    progress.listen(event);
  };
  try {
    for (const message of manifest.notices) listener({ type: 'notice', message });
    const base = baseMemoryBytes(args.jobs);
    if (args.memoryBytes <= base) listener({ type: 'notice', message: nothingLeft(args.memoryBytes, base) });
    const report = await runPipeline({
      stages: loaded.stages.map(({ stage }) => stage),
      subjects: manifest.subjects,
      cohort: manifest.cohort,
      unavailable: manifest.unavailable,
      workers,
      jobs: args.jobs,
      memoryBytes: args.memoryBytes - base,
      outDir,
      resolvePath: loaded.resolvePath,
      provenance: provenanceOf(loaded),
      signal: interrupt.signal,
      listener,
      observer: trace?.run,
      onReady: progress.ready,
    });
    progress.close();
    await writeRunRecord(outDir, report, notices).catch((thrown: unknown) => {
      process.stderr.write(`run.json could not be written: ${toLungflowError(thrown).what}\n`);
    });
    if (args.json) process.stdout.write(`${JSON.stringify({ type: 'summary', ...reportAsJson(report) })}\n`);
    else process.stderr.write(`${summaryText(report, outDir)}\n`);
    return (
      interrupt.exitCode() ?? (report.failures.length > 0 || report.stopped ? EXIT.someFailed : EXIT.allDone)
    );
  } catch (thrown) {
    const code = interrupt.exitCode(); // stopped while it got ready: no failure, nothing to tell
    if (code === undefined) throw thrown;
    return code;
  } finally {
    progress.close();
    interrupt.dispose();
    await workers.close();
    await trace?.close().catch((thrown: unknown) => {
      const { what, remedy } = toLungflowError(thrown);
      process.stderr.write(`${what} ${remedy}\n`);
    });
  }
}

async function dryRun(
  loaded: LoadedPipeline,
  { subjects, cohort, unavailable, notices }: Selection,
): Promise<void> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  notices.forEach(say);
  await rehearse(loaded, cohort, say);
  say(planPicture(loaded));
  const lacking = unavailable.size > 0 ? `, ${unavailable.size} of them without a usable image:` : '';
  say(`${plural(subjects.length, 'subject')}${lacking}`);
  for (const [sid, { what, remedy }] of unavailable) say(`  ${sid}: ${what} ${remedy}`);
}

const readCohort = async ({ input }: RunArguments, loaded: LoadedPipeline): Promise<Manifest> =>
  loaded.start?.cohort ?? readManifest(input ?? loaded.input ?? missing('input', 'manifest of the cohort'));

function missing(option: string, meaning: string): never {
  throw usageError(
    `no-${option}`,
    `Neither the pipeline file nor the command line names the ${meaning}.`,
    `Add --${option}, or \`${option}:\` to the file.`,
  );
}

function requireWhole({ jobs, limit = 1 }: RunArguments): void {
  for (const [name, value] of Object.entries({ jobs, limit }))
    if (!(Number.isInteger(value) && value > 0))
      throw usageError(
        `bad-${name}`,
        `--${name} ${value} is no positive whole number.`,
        `Give --${name} 2, for instance.`,
      );
}

const nothingLeft = (memory: number, base: number): string =>
  `--memory ${asBytes(memory)} is no more than the ${asBytes(base)} that the process takes without a scan: scans run one at a time, beyond it. Raise --memory, or lower --jobs.`;

function parseMemory(text: string): number {
  const parsed = parseBytes(text);
  if (parsed === undefined || parsed < LEAST_MEMORY)
    throw usageError(
      'bad-memory',
      `--memory ${text} is no amount of memory, or too little for a scan.`,
      'Give --memory 8GB, for instance.',
    );
  return parsed;
}
