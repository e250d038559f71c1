/**
 * `npm run bench`: seconds a stage and a scan, and peak memory, of the whole pipeline through the real command.
 * Writes `bench/results/pipeline.json` and prints the table of `bench/README.md`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunReport } from '../src/runtime/run.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const scratch = join(root, 'out/bench');
const command = join(root, 'dist/src/cli/main.js');
const repeats = Number(process.argv[2] ?? 3);

interface Case {
  readonly name: string;
  readonly image: string;
  readonly atlas: string;
  readonly scans: number;
}

interface Figures {
  readonly name: string;
  readonly scans: number;
  readonly secondsAScan: number;
  readonly peakRssGb: number;
  readonly secondsAStage: Readonly<Record<string, number>>;
}

const pipeline = (...args: string[]) => {
  const { status } = spawnSync(process.execPath, [command, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error(`pipeline ${args.join(' ')} ended with ${status}`);
};

/** A phantom of COPDGene's size: 512 x 512 x 500 voxels. */
function largePhantom(): { image: string; atlas: string } {
  const out = join(scratch, 'phantom512');
  if (!existsSync(join(out, 'manifest.csv')))
    pipeline('phantom', '--subjects', '1', '--seed', '512', '--spacing', '0.703125', '0.6', '--out', out);
  const [, row] = readFileSync(join(out, 'manifest.csv'), 'utf8').split(/\r?\n/);
  return { image: resolve(out, row.split(',')[1]), atlas: join(out, 'atlas') };
}

function cases(): Case[] {
  const phantom = largePhantom();
  const real = resolve(root, '../shared/data/LIDC-IDRI-0001.nii.gz');
  const copdgene = resolve(root, '../shared/atlas');
  // The phantom's own atlas has fewer landmarks than COPDGene's 581: it makes the lesser work.
  const atlas = existsSync(copdgene) ? copdgene : phantom.atlas;
  const images = [
    ...(existsSync(real) ? [{ name: 'LIDC-IDRI-0001 (512 x 512 x 133)', image: real, atlas }] : []),
    {
      name: `phantom 512 x 512 x 500, ${atlas === copdgene ? 'COPDGene' : 'its own'} atlas`,
      image: phantom.image,
      atlas,
    },
  ];
  if (images.length === 1) process.stderr.write('LIDC-IDRI-0001 left out: ../shared/data is not there\n');
  return images.flatMap((image) => [1, 8].map((scans) => ({ ...image, scans })));
}

function runOnce({ image, atlas, scans }: Case): RunReport {
  const out = join(scratch, 'run');
  rmSync(out, { recursive: true, force: true });
  const manifest = join(scratch, 'manifest.csv');
  const rows = Array.from({ length: scans }, (_, i) => `s${i},${image}`);
  writeFileSync(manifest, `sid,image\n${rows.join('\n')}\n`);
  pipeline(
    'run',
    'pipelines/extract.yaml',
    '--input',
    manifest,
    '--out',
    out,
    '--set',
    `atlas=${atlas}`,
    '--jobs',
    '2',
  );
  return JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')) as RunReport;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1];

function measure(one: Case): Figures {
  const reports = Array.from({ length: repeats }, () => runOnce(one));
  const stages = reports[0].statistics.map(({ stage }) => stage);
  return {
    name: one.name,
    scans: one.scans,
    secondsAScan: median(reports.map(({ seconds }) => seconds / one.scans)),
    peakRssGb: median(reports.map(({ peakRssBytes }) => peakRssBytes / 1e9)),
    secondsAStage: Object.fromEntries(
      stages.map((stage, i) => [
        stage,
        median(reports.map(({ statistics }) => statistics[i].itemSeconds / one.scans)),
      ]),
    ),
  };
}

function asMarkdown(all: readonly Figures[]): string {
  const stages = Object.keys(all[0].secondsAStage);
  const header = ['scan', 'scans', 's a scan', 'peak RSS, GB', ...stages];
  const rows = all.map(({ name, scans, secondsAScan, peakRssGb, secondsAStage }) => [
    name,
    String(scans),
    secondsAScan.toFixed(2),
    peakRssGb.toFixed(2),
    ...stages.map((stage) => secondsAStage[stage].toFixed(2)),
  ]);
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

mkdirSync(scratch, { recursive: true });
mkdirSync(join(root, 'bench/results'), { recursive: true });
process.chdir(root);
const machine = { cpu: cpus()[0].model, cores: cpus().length, node: process.version };
const figures = cases().map(measure);
writeFileSync(
  join(root, 'bench/results/pipeline.json'),
  `${JSON.stringify({ machine, repeats, figures }, null, 2)}\n`,
);
process.stdout.write(
  `${machine.cores} cores, ${machine.cpu}, Node ${machine.node}; medians of ${repeats}\n\n${asMarkdown(figures)}\n`,
);
