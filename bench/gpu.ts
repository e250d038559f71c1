/**
 * What a card makes of the networks, with torch on the same card beside it: `npm run bench:gpu -- [contract] [networks] [pipeline]`, all by
 * default; options below. Prints tables, and with `--keep` writes `bench/results/gpu-<device>.json`. `--bundle FILE.tar.gz` packs all of it
 * for a machine with nothing on it (`docs/gpu.md`). Exit code 1 when a test fails or the goal is missed.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { defaultJobs } from '../src/jobs/machine.js';
import { LungflowError } from '../src/core/errors.js';
import { chooseEngine } from '../src/engine/choose.js';
import type { ChosenEngine } from '../src/engine/engine.js';
import { ENGINE_NAMES, type EngineName } from '../src/engine/engines.js';
import { convolutionsOf, planEncoder } from '../src/engine/plan.js';
import { patchEncoder } from '../src/networks/patch-encoder.js';
import { untrainedParameters } from '../src/networks/untrained.js';
import { createWorkerPool } from '../src/workers/pool.js';
import { writeBundle } from './gpu/bundle.js';
import { runContract } from './gpu/contract.js';
import { measureNetworks } from './gpu/measure.js';
import { cardPeaks } from './gpu/peaks.js';
import { pipelineTable } from './gpu/pipeline.js';
import { headText, keepReport, missesBars, tableText } from './gpu/report.js';
import { batchTable, contractTable, GOAL, scanTable, shareTable, type Table } from './gpu/tables.js';
import { torchOnCard } from './gpu/torch.js';
import { NotRun } from './not-run.js';
import { openBench } from './speed/bench.js';
import type { SpeedBench } from './speed/section.js';
import { originText } from './speed/table.js';

const PARTS = ['contract', 'networks', 'pipeline'];

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values, positionals } = parseArgs({
  options: {
    engine: { type: 'string', default: 'webgpu' },
    patches: { type: 'string', default: String(GOAL.patches) },
    repeats: { type: 'string', default: '5' },
    /** Sizes of a batch to try. */
    batches: { type: 'string', default: '1,4,16,64,128,256,512' },
    /** With torch; without it torch is left out. */
    python: { type: 'string' },
    'peak-tflops': { type: 'string' },
    'peak-gbs': { type: 'string' },
    keep: { type: 'boolean', default: false },
    bundle: { type: 'string' },
  },
  allowPositionals: true,
});
const wrong = [
  ...[values.engine].filter((name) => !ENGINE_NAMES.some((known) => known === name)),
  ...positionals.filter((name) => !PARTS.includes(name)),
  ...[values.patches, values.repeats, ...values.batches.split(',')].filter(
    (text) => !/^[1-9]\d*$/.test(text),
  ),
  ...[values['peak-tflops'], values['peak-gbs']].filter((text) => text !== undefined && !(Number(text) > 0)),
];
if (wrong.length > 0) usage(`cannot take ${wrong.join(', ')}`);

function usage(problem: string): never {
  process.stderr.write(
    `${problem}; parts are ${PARTS.join(', ')}, engines ${ENGINE_NAMES.join(', ')}, numbers greater than 0\n`,
  );
  process.exit(2);
}

const asNumber = (text: string | undefined) => (text === undefined ? undefined : Number(text));
const name = values.engine as EngineName;
const patches = Number(values.patches);
const batches = values.batches.split(',').map(Number);
const wants = (part: string) => positionals.length === 0 || positionals.includes(part);

/** On software a cohort takes hours: only when asked for. */
const wantsPipeline = ({ device }: ChosenEngine) =>
  device.kind === 'gpu' ? wants('pipeline') : positionals.includes('pipeline');

async function* measure(engine: ChosenEngine, bench: SpeedBench): AsyncGenerator<Table> {
  if (wants('contract')) yield contractTable(name, await runContract(name));
  if (wants('networks')) {
    const measured = await measureNetworks(engine, patches, batches, bench.repeats);
    const torch = await torchOnCard(bench, patches, batches);
    const card = { engine: name, patches, measured, torch };
    yield scanTable(card, engine.device.kind === 'gpu' && patches === GOAL.patches);
    yield batchTable(card);
    const given = { tflops: asNumber(values['peak-tflops']), gbs: asNumber(values['peak-gbs']) };
    const peaks = await cardPeaks(engine, bench.repeats, given, torch);
    yield shareTable(
      card,
      peaks,
      convolutionsOf(planEncoder(patchEncoder.body, untrainedParameters(patchEncoder, 0))),
    );
  }
  if (wantsPipeline(engine)) yield await pipelineTable(bench, name, defaultJobs());
}

async function main(): Promise<void> {
  const options = { repeats: Number(values.repeats), peers: true, python: values.python, ants: false };
  const { bench, run } = await openBench('gpu', root, options, command());
  const workers = createWorkerPool(defaultJobs());
  const engine = await chooseEngine(name, workers);
  try {
    const report = { device: engine.device, tables: [] as Table[] };
    process.stdout.write(`${headText(engine)}\n`);
    // Each as soon as it is known: a card's time is dear.
    for await (const table of measure(engine, bench)) {
      report.tables.push(table);
      process.stdout.write(`\n${tableText(table)}\n`);
      if (values.keep) await keepReport(root, { run: run(), ...report });
    }
    process.stdout.write(`\n${originText(run())}\n`);
    if (missesBars(report.tables)) process.exitCode = 1;
  } finally {
    await engine.dispose();
    await workers.close();
  }
}

/** No path of the machine: `--python` is left out. */
const command = (): string =>
  [
    'npm run bench:gpu --',
    ...positionals,
    ...(['engine', 'patches', 'repeats', 'batches', 'peak-tflops', 'peak-gbs'] as const).flatMap((option) =>
      values[option] === undefined ? [] : [`--${option} ${values[option]}`],
    ),
  ].join(' ');

async function bundle(archive: string): Promise<void> {
  const bytes = await writeBundle(root, archive);
  process.stdout.write(
    `${archive}, ${(bytes / 2 ** 20).toFixed(1)} MiB: unpack it there, and start lungflow-gpu/run.sh\n`,
  );
}

try {
  await (values.bundle === undefined ? main() : bundle(values.bundle));
} catch (thrown) {
  if (thrown instanceof LungflowError) process.stderr.write(`${thrown.what} ${thrown.remedy}\n`);
  else if (thrown instanceof NotRun) process.stderr.write(`${thrown.message}\n`);
  else throw thrown;
  process.exitCode = 1;
}
