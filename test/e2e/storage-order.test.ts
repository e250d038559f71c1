/** A cohort whose scans lie in other storage orders gives the files of the same cohort stored as the atlas is. */
import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { tableFromIPC } from 'apache-arrow';
import pl from 'nodejs-polars';
import { readNifti } from '../../src/formats/nifti/index.js';
import { writeNifti } from '../../src/store/write-nifti.js';
import { restored } from '../imaging/space/plain-reorient.js';
import { temporaryDirectory } from '../temporary.js';
import { phantomCohort, pipeline } from './command.js';

const EXTRACT = 'pipelines/extract.yaml';

describe('storage orders, end to end', () => {
  let cohort: string;
  let sid: string;
  /** Of the first subject. */
  const files: Record<'image' | 'mask', string> = { image: '', mask: '' };
  before(async () => {
    cohort = await phantomCohort();
    const [header, row] = (await readFile(join(cohort, 'manifest.csv'), 'utf8')).split(/\r?\n/);
    const cells = Object.fromEntries(header.split(',').map((name, i) => [name, row.split(',')[i]]));
    sid = cells['sid'];
    for (const name of ['image', 'mask'] as const) files[name] = join(cohort, cells[name]);
  });

  /** A manifest of the one subject, its scan and its lung mask stored in these orders. */
  async function storedAs(image: string, mask: string): Promise<string> {
    const directory = temporaryDirectory(`stored-${image}`);
    for (const [name, order] of Object.entries({ image, mask })) {
      const { volume } = await readNifti(files[name as 'image' | 'mask']);
      await writeNifti(join(directory, `${name}.nii`), restored(volume, order));
    }
    const manifest = join(directory, 'manifest.csv');
    await writeFile(manifest, `sid,image,mask\n${sid},image.nii,mask.nii\n`);
    return manifest;
  }

  const run = (manifest: string, out: string, ...more: string[]) =>
    pipeline(
      ...['run', EXTRACT, '--input', manifest, '--out', out, '--set', 'write.timings=false'],
      ...['--set', `atlas=${join(cohort, 'atlas')}`, ...more],
    );

  /** Every file of results by its name; `run.json` has the run's own times. */
  async function results(out: string): Promise<Map<string, Buffer>> {
    const names = (await readdir(out, { recursive: true })).filter((name) =>
      /\.(arrow|png|mat|tfm)$/.test(name),
    );
    return new Map(
      await Promise.all(names.sort().map(async (name) => [name, await readFile(join(out, name))] as const)),
    );
  }

  it('writes the same bytes from every order, a mask in another one included', async () => {
    for (const [set, orders] of [
      [[], [['PSR', 'LAS']]],
      [
        ['--set', 'segment.mask=mask'],
        [
          ['LPS', 'RAS'],
          ['RAS', 'PSR'],
        ],
      ],
    ] as const) {
      const wanted = temporaryDirectory('las');
      const { code, stderr } = await run(await storedAs('LAS', 'LAS'), wanted, ...set);
      assert.equal(code, 0, stderr);
      const bytes = await results(wanted);
      assert.deepEqual(
        [...bytes.keys()].map((name) => name.split('.').at(-1)),
        ['arrow', 'png', 'tfm', 'mat'],
      );
      for (const [image, mask] of orders) {
        const out = temporaryDirectory('other');
        const ended = await run(await storedAs(image, mask), out, ...set);
        assert.equal(ended.code, 0, ended.stderr);
        assert.deepEqual(await results(out), bytes, `${image}, its mask ${mask}`);
      }
    }
  });

  it('leaves a scan as it is stored on demand: says so, records and flags it, and does not resume the other', async () => {
    const manifest = await storedAs('LPS', 'LPS');
    const out = temporaryDirectory('as-stored');
    const stored = await run(manifest, out, '--set', 'load.orientation=stored');
    assert.equal(stored.code, 0, stored.stderr);
    assert.match(stored.stderr, /Scans keep the storage order of their files \(`orientation: stored`\)/);
    const [part] = [...(await results(out)).keys()].filter((name) => name.endsWith('.arrow'));
    const table = pl.scanIPC(join(out, part)).collectSync();
    const flags = JSON.stringify(table.getColumn('flags').toArray());
    assert.match(flags, /the scan is stored LPS, the atlas LAS/);
    assert.match(flags, /only \d\d % of the patches have lung in them/);
    assert.ok(Number(table.getColumn('patches_with_lung').toArray()[0]) < 0.8);
    const { metadata } = tableFromIPC(await readFile(join(out, part))).schema;
    assert.equal(metadata.get('lungflow.storage_order'), 'as in each file, as the published scripts');

    const other = await run(manifest, out);
    assert.equal(other.code, 2, other.stderr);
    assert.match(other.stderr, /storage_order/);
  });
});
