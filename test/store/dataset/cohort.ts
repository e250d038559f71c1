/** A small cohort and the write stage opened on it, as the runtime would. */
import { existsSync } from 'node:fs';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import type { FactSpecs, FactValue } from '../../../src/core/fact.js';
import type { PortMap } from '../../../src/core/port.js';
import { fileSource } from '../../../src/core/image-source.js';
import type { OpenStage, StageEnv, Workers } from '../../../src/core/stage.js';
import type { Subject } from '../../../src/core/subject.js';
import type { Tensor } from '../../../src/core/tensor.js';
import type { writeConfig } from '../../../stages/write/config.js';
import { write } from '../../../stages/write/index.js';
import * as ports from '../../../stages/ports.js';
import { temporaryDirectory } from '../../temporary.js';
import { stageTask, subjectOf } from '../../../src/testing/index.js';

export type Tensors = Record<string, Tensor>;
export type WriteInput = z.input<typeof writeConfig>;

/** Everything on this thread, where a test can make the disk fail. */
const onThisThread = (): Workers => ({
  threads: 1,
  run: async (module, name, ...args) => {
    const functions = (await import(module.url)) as Record<string, (...args: unknown[]) => Promise<never>>;
    return await functions[name](...args);
  },
});

export const facts: FactSpecs = {
  lung_ml: { type: 'float64', about: 'volume of both lungs, ml' },
  seconds_load: { type: 'float64', about: 'time of load, s' },
  edges: { type: 'int32', about: 'edges of the graph' },
  covered: { type: 'bool', about: 'whether every patch lies in the scan' },
  engine: { type: 'utf8', about: 'engine that computed the features' },
  seconds_write: { type: 'float64', about: 'time of write, s' },
};

export class Cohort {
  subjects: Subject[] = [];
  readonly provenance = new Map([
    ['pipeline', 'stages:\n  - load\n  - write\n'],
    ['weights', 'seed 0 (untrained)'],
  ]);
  readonly notices: string[] = [];
  ports: PortMap = ports;
  workers = onThisThread();
  facts: FactSpecs = facts;
  /** Columns that a stage before has declared to read. */
  fileColumns: readonly string[] = [];

  private constructor(readonly dir: string) {}

  /** @param dir of an existing cohort, or a new one. */
  static async make(
    columns: readonly Record<string, string>[],
    dir = temporaryDirectory('write'),
  ): Promise<Cohort> {
    const cohort = new Cohort(dir);
    await cohort.setManifest(columns.map((row, index) => [`s${index}`, row]));
    return cohort;
  }

  /** The same subjects, and the output as it lies on the disk now: as a run that is killed leaves it. */
  static async killed(cohort: Cohort): Promise<Cohort> {
    const copy = Object.assign(new Cohort(temporaryDirectory('write')), { subjects: cohort.subjects });
    await cp(cohort.outDir, copy.outDir, { recursive: true });
    await rm(join(copy.dataset(), '.lock'));
    return copy;
  }

  async setManifest(
    rows: readonly (readonly [sid: string, columns: Record<string, string>])[],
  ): Promise<void> {
    this.subjects = rows.map(([sid, columns], index) => ({
      sid,
      index,
      columns,
      line: index + 2,
      image: fileSource(join(this.dir, `${sid}.nii`)),
      path: (column) => (columns[column] ? join(this.dir, columns[column]) : undefined),
    }));
    for (const { image } of this.subjects) if (!existsSync(image.path)) await writeFile(image.path, 'image');
  }

  get outDir(): string {
    return join(this.dir, 'out');
  }

  dataset(name = 'features'): string {
    return join(this.outDir, name);
  }

  open(config: WriteInput): Promise<Run> {
    const env: StageEnv = {
      workers: this.workers,
      resolvePath: (path) => path,
      outDir: this.outDir,
      subjects: this.subjects,
      jobs: 1,
      facts: this.facts,
      ports: this.ports,
      shapes: {},
      flag: () => undefined,
      notice: (message) => this.notices.push(message),
      record: () => undefined,
      provenance: this.provenance,
      fileColumns: new Set(this.fileColumns),
      inputColumns: new Set(),
    };
    return write(config as never)
      .open(env)
      .then((stage) => new Run(stage as unknown as OpenStage<Tensors, object>, this.subjects));
  }
}

export class Run {
  constructor(
    private readonly stage: OpenStage<Tensors, object>,
    private readonly subjects: readonly Subject[],
  ) {}

  async write(sid: string, tensors: Tensors, found: Record<string, FactValue> = {}, flags: string[] = []) {
    if (!('process' in this.stage)) throw new Error('not an item stage');
    const subject = this.subjects.find((subject) => subject.sid === sid) ?? subjectOf();
    const facts = new Map(Object.entries(found));
    await this.stage.process(tensors, stageTask({ workers: onThisThread(), subject, facts, flags }));
  }

  async done(): Promise<string[]> {
    return [...(await this.stage.done!())];
  }

  close(ending: 'complete' | 'interrupted' = 'complete'): Promise<void> {
    return this.stage.close!(ending);
  }
}

export function tensor(values: readonly number[], shape: readonly number[] = [values.length]): Tensor {
  const data = new Float32Array(new SharedArrayBuffer(values.length * 4));
  data.set(values);
  return { data, shape };
}

/** Two patches whose values tell the subject. */
export function patchesOf(index: number): Tensors {
  const [voxels, corners] = [
    new Int16Array(new SharedArrayBuffer(4 * 32 ** 3)),
    new Int32Array(new SharedArrayBuffer(24)),
  ];
  voxels.fill(index - 1000);
  corners.set([index, 20, 30, index + 8, 20, -3]);
  const shares = new Float64Array(new SharedArrayBuffer(32));
  shares.set([1, 0.1, 0.1, 1]);
  return {
    patches: { data: voxels, shape: [2, 32, 32, 32] },
    corners: { data: corners, shape: [2, 3] },
    adjacency: { data: shares, shape: [2, 2] },
  };
}

/** Visible files of a directory with their contents, hex. */
export async function contents(directory: string): Promise<Record<string, string>> {
  const names = (await readdir(directory)).filter((name) => !name.startsWith('.')).sort();
  const entries = names.map(async (name) => [name, (await readFile(join(directory, name))).toString('hex')]);
  return Object.fromEntries((await Promise.all(entries)) as [string, string][]);
}
