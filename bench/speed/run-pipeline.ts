/** The real command in a process of its own, and what it took. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunReport } from '../../src/runtime/run.js';

export interface PipelineRun extends RunReport {
  /** Of the processor, all threads together; NaN where the system does not tell. */
  readonly cpuSeconds: number;
}

export interface PipelineArguments {
  readonly pipeline?: string;
  /** Two by default. */
  readonly jobs?: number;
  /** As `--memory` takes it. */
  readonly memory?: string;
  /** Where to write a trace. */
  readonly trace?: string;
  /** `--set` of the command, by name. */
  readonly options: Readonly<Record<string, string>>;
}

/** @param rows of the manifest, the header's first; paths are absolute */
export async function runPipeline(
  root: string,
  dir: string,
  rows: readonly string[],
  { pipeline = 'pipelines/extract.yaml', jobs = 2, memory, trace, options }: PipelineArguments,
): Promise<PipelineRun> {
  const [manifest, out] = [join(dir, 'manifest.csv'), join(dir, 'run')];
  await rm(out, { recursive: true, force: true });
  await writeFile(manifest, `${rows.join('\n')}\n`);
  const set = Object.entries(options).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
  const before = childCpuSeconds();
  await command(root, [
    ...['run', pipeline, '--input', manifest, '--out', out, '--jobs', String(jobs)],
    ...(memory === undefined ? [] : ['--memory', memory]),
    ...(trace === undefined ? [] : ['--trace', trace]),
    ...set,
  ]);
  const cpuSeconds = childCpuSeconds() - before;
  const report = JSON.parse(await readFile(join(out, 'run.json'), 'utf8')) as RunReport;
  if (report.failures.length > 0) throw new Error(`scans failed: ${JSON.stringify(report.failures)}`);
  return { ...report, cpuSeconds };
}

/** The same scan under so many ids. */
export const cohortOf = (image: string, scans: number): string[] => [
  'sid,image',
  ...Array.from({ length: scans }, (_, i) => `s${i},${image}`),
];

/** `pipeline ...`, to its end; what it says is kept for when it fails. */
export async function command(root: string, args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [join(root, 'dist/src/cli/main.js'), ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0) throw new Error(`pipeline ${args.join(' ')} ended with ${status}\n${said}`);
}

/** Of this process's children that have ended. Linux tells it in hundredths of a second. */
function childCpuSeconds(): number {
  if (process.platform !== 'linux') return NaN;
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}
