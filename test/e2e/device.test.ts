/** A whole run on a device engine, with plain JavaScript in the place of TensorFlow on a GPU. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import type { RunReport } from '../../src/runtime/run.js';
import { install, standIn } from '../engine/installed-packages.js';
import { temporaryDirectory } from '../temporary.js';
import { phantomCohort, root, start } from './command.js';

type RunRecord = RunReport & { readonly notices: readonly string[] };

/** A directory in which the package is installed. @param asked of the stand-in */
function withTensorFlow(asked = ''): string {
  const cwd = temporaryDirectory('tfjs-node-gpu');
  install(cwd, '@tensorflow/tfjs-node-gpu', standIn(`gpu&${asked}`));
  return cwd;
}

describe('pipeline run on a device', () => {
  let cohort: string;
  before(async () => (cohort = await phantomCohort()));

  const extract = (cwd: string, ...more: string[]) => {
    const inputs = ['--input', join(cohort, 'manifest.csv'), '--set', `atlas=${join(cohort, 'atlas')}`];
    const file = join(root, 'pipelines/extract.yaml');
    return start(
      ['run', file, ...inputs, '--set', 'write.timings=false', '--out', join(cwd, 'out'), ...more],
      cwd,
    );
  };
  const recordOf = async (cwd: string) =>
    JSON.parse(await readFile(join(cwd, 'out/run.json'), 'utf8')) as RunRecord;

  it('halves a batch that is too large, says so while it runs, and tells how busy the device was', async () => {
    const cwd = withTensorFlow('quick&memory=40');
    const { code, stderr } = await extract(cwd, '--set', 'encode.batch=64', '--verbose').ended;
    assert.equal(code, 0, stderr);
    const { notices, lanes } = await recordOf(cwd);
    const told = notices.filter((notice) => notice.includes('memory'));
    assert.deepEqual(told, ['The device had too little memory for 128 patches at once: 32 from here on.']);
    assert.ok(stderr.indexOf(told[0]) > stderr.indexOf('Engine node-gpu'), stderr);
    assert.ok(
      notices.every((notice) => !notice.includes('patches a batch')),
      'it was set, not measured',
    );
    const gpu = lanes.find(({ lane }) => lane === 'gpu')!;
    assert.ok(gpu.busySeconds > 0 && gpu.busyShare <= 1 && gpu.meanPlaces <= 2);
    assert.match(stderr, /^lanes: io \d+% · cpu \d+% · gpu \d+%$/m);
  });

  it('writes the same bytes whatever batch fits', async () => {
    const results = [];
    for (const memory of [2, 40]) {
      const cwd = withTensorFlow(`quick&memory=${memory}`);
      const { code, stderr } = await extract(cwd, '--limit', '1').ended;
      assert.equal(code, 0, stderr);
      assert.match(stderr, /Engine node-gpu .*; 128 patches a batch\.$/m);
      assert.match(stderr, new RegExp(`128 patches at once: ${memory === 2 ? 2 : 32} from here on`));
      const [part] = (await readdir(join(cwd, 'out'), { recursive: true })).filter((name) =>
        name.endsWith('.arrow'),
      );
      results.push(
        createHash('sha256')
          .update(await readFile(join(cwd, 'out', part)))
          .digest('hex'),
      );
    }
    assert.equal(results[0], results[1]);
  });

  it('stops after the batches under way when it is interrupted', async () => {
    const cwd = withTensorFlow();
    const { child, ended } = extract(cwd, '--json', '--set', 'encode.batch=2');
    const encodes = new Promise<void>((go) =>
      child.stdout!.on('data', (chunk: Buffer) => /stage-start.*"encode"/.test(chunk.toString()) && go()),
    );
    await Promise.race([encodes, ended]);
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    assert.equal(code, 130, stdout);
    assert.deepEqual((await recordOf(cwd)).failures, []);
  });
});
