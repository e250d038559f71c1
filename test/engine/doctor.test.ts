/** Engines tried in a process of their own, among them such as no process survives. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { examine, tryOut, type Finding } from '../../src/engine/doctor/examine.js';
import { findInstalled } from '../../src/engine/packages.js';
import { temporaryDirectory } from '../temporary.js';
import { CRASH, HANG, INEXACT, install, MISSING_LIBRARY, SOUND, VERSION } from './installed-packages.js';

const NODE = '@tensorflow/tfjs-node';
const here = findInstalled(NODE);
const skip = here !== undefined && `${NODE} itself is installed (${here})`;

/** With this as the package of `node`, seen from a working directory of its own. */
async function withNode<T>(module: string, use: () => Promise<T>): Promise<T> {
  const [before, directory] = [process.cwd(), temporaryDirectory('doctor')];
  install(directory, NODE, module);
  process.chdir(directory);
  try {
    return await use();
  } finally {
    process.chdir(before);
  }
}

const LAST_WORDS = `import { writeSync } from 'node:fs'; writeSync(2, 'initialising\\nno CUDA device\\n');`;

const find = (module: string, seconds = 60): Promise<Finding> =>
  withNode(module, () => tryOut('node', { threads: 1, seconds }));

describe('an engine on trial', () => {
  it('works when its numbers are those of double precision', async () => {
    const { engine, packages, finding } = await examine('wasm', { threads: 1, seconds: 60 });
    assert.equal(engine, 'wasm');
    assert.deepEqual(packages, []);
    assert.ok('device' in finding, JSON.stringify(finding));
    assert.equal(finding.state, 'works');
    assert.ok(finding.difference > 0 && finding.difference < 1e-5, String(finding.difference));
    assert.ok(finding.patchesPerSecond > 0);
  });

  it('is named with its packages, their versions, and its device', { skip }, async () => {
    const { packages, install, finding } = await withNode(SOUND, () =>
      examine('node', { threads: 1, seconds: 60 }),
    );
    assert.deepEqual(packages, [{ name: NODE, version: VERSION }]);
    assert.equal(install, `npm install --no-save --save-dev ${NODE}`);
    assert.ok('device' in finding, JSON.stringify(finding));
    assert.deepEqual([finding.state, finding.device.kind], ['works', 'gpu']);
  });

  it('is inexact when its numbers are others', { skip }, async () => {
    const finding = await find(INEXACT);
    assert.ok('device' in finding, JSON.stringify(finding));
    assert.equal(finding.state, 'inexact');
    assert.ok(finding.difference > 1e-3);
  });

  it('is broken, and says how, when it does not load, crashes, or hangs', { skip }, async () => {
    const cases: readonly [string, number, RegExp][] = [
      [MISSING_LIBRARY, 60, /did not load: libcudart\.so\.11\.0: cannot open shared object file\.$/],
      [CRASH, 60, /crashed \(SIGSEGV\)\.$/],
      [`${LAST_WORDS} ${CRASH}`, 60, /crashed \(SIGSEGV\); the last it said is: no CUDA device\.$/],
      ['process.exit(3);', 60, /did not load: worker exited with code: 3\.$/],
      [HANG, 2, /did not end within 2 s\.$/],
    ];
    for (const [module, seconds, words] of cases) {
      const finding = await find(module, seconds);
      assert.ok('what' in finding, JSON.stringify(finding));
      assert.equal(finding.state, 'broken');
      assert.match(finding.what, words);
      assert.match(finding.remedy, /choose the engine wasm/);
    }
  });

  it('is not installed where a package is missing', { skip }, async () => {
    assert.equal((await tryOut('node', { threads: 1, seconds: 60 })).state, 'not installed');
  });
});
