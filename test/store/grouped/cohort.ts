/** A small cohort and the group stage opened on it, as the runtime would; and the arrays as NumPy's stack would make them. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileSource } from '../../../src/core/image-source.js';
import type { Subject } from '../../../src/core/subject.js';
import type { Tensor, TensorArray } from '../../../src/core/tensor.js';
import { npyHeader } from '../../../src/formats/npy.js';
import { group } from '../../../stages/group/index.js';
import { temporaryDirectory } from '../../temporary.js';
import { noWorkers } from '../../runtime/cohort.js';
import { stageEnv, stageTask, subjectOf } from '../../../src/testing/index.js';

type Patches = Tensor<Extract<TensorArray, Int16Array>>;

/** Locations and edge of a patch: small, so that tests are fast. */
export const SHAPE = [5, 2, 3, 4] as const;
const PATCH = 2 * 3 * 4;

/** The patches that a subject has, unlike any other subject's. */
export function patchesOf(sid: string, shape: readonly number[] = SHAPE): Patches {
  const count = shape.reduce((product, n) => product * n, 1);
  const data = new Int16Array(new SharedArrayBuffer(2 * count));
  const seed = Buffer.from(sid).reduce((sum, letter) => (sum * 31 + letter) % 65_521, 7);
  data.forEach((_, i) => (data[i] = (seed * 17 + i * 257) % 32_000));
  return { data, shape };
}

/** Every array and the list, as bytes, by the plain way: gather all, sort, stack. */
export function stacked(sids: readonly string[]): Map<string, string> {
  const sorted = [...sids].sort();
  const header = Buffer.from(npyHeader(new Int16Array(0), [sorted.length, ...SHAPE.slice(1)]));
  const arrays = Array.from({ length: SHAPE[0] }, (_, location) => {
    const rows = sorted.map((sid) => {
      const patch = patchesOf(sid).data.slice(location * PATCH, (location + 1) * PATCH);
      return Buffer.from(Uint8Array.from(new Uint8Array(patch.buffer)));
    });
    return [`patch_loc_${location}.npy`, Buffer.concat([header, ...rows]).toString('hex')] as const;
  });
  const list = Buffer.from(`sid\n${sorted.map((sid) => `${sid}\n`).join('')}`).toString('hex');
  return new Map([...arrays, ['subjects.csv', list]]);
}

export async function contents(directory: string): Promise<Map<string, string>> {
  if (!existsSync(directory)) return new Map();
  const names = (await readdir(directory)).sort();
  const read = async (name: string) =>
    [name, (await readFile(join(directory, name))).toString('hex')] as const;
  return new Map(await Promise.all(names.map(read)));
}

export class Cohort {
  subjects: Subject[] = [];
  readonly provenance = new Map([['pipeline_text', 'stages: [load, group]']]);
  readonly notices: string[] = [];

  private constructor(readonly dir: string) {}

  static async make(sids: readonly string[], dir = temporaryDirectory('group')): Promise<Cohort> {
    const cohort = new Cohort(dir);
    await cohort.setManifest(sids);
    return cohort;
  }

  async setManifest(sids: readonly string[]): Promise<void> {
    const images = join(this.dir, 'images');
    await mkdir(images, { recursive: true });
    this.subjects = sids.map((sid, index) =>
      subjectOf(sid, { index, line: index + 2, image: fileSource(join(images, `${sid}.nii`)) }),
    );
    for (const { image } of this.subjects) if (!existsSync(image.path)) await writeFile(image.path, 'image');
  }

  get outDir(): string {
    return join(this.dir, 'out');
  }
  get work(): string {
    return join(this.outDir, '.grouped_patch');
  }
  get arrays(): string {
    return join(this.outDir, 'grouped_patch');
  }

  async open() {
    const { subjects, outDir, provenance, notices } = this;
    const notice = (message: string) => void notices.push(message);
    const stage = await group().open(stageEnv({ workers: noWorkers, subjects, outDir, provenance, notice }));
    if (!('process' in stage)) throw new Error('not an item stage');
    return {
      add: async (sid: string, patches = patchesOf(sid)) => {
        const subject = subjects.find((subject) => subject.sid === sid)!;
        await stage.process({ patches }, stageTask({ workers: noWorkers, subject }));
      },
      done: async () => [...(await stage.done!())].sort(),
      close: (ending: 'complete' | 'interrupted' = 'complete', signal?: AbortSignal) =>
        stage.close!(ending, signal),
    };
  }

  /** A run that does what is not done, in the manifest's order. @returns whom it worked on */
  async run(failing: readonly string[] = []): Promise<string[]> {
    const run = await this.open();
    const done = await run.done();
    const todo = this.subjects.map(({ sid }) => sid).filter((sid) => !done.includes(sid));
    for (const sid of todo) if (!failing.includes(sid)) await run.add(sid);
    await run.close();
    return todo;
  }
}
