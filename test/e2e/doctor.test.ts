import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DoctorReport } from '../../src/jobs/doctor.js';
import { findInstalled } from '../../src/engine/packages.js';
import { CRASH, install, MISSING_LIBRARY } from '../engine/installed-packages.js';
import { temporaryDirectory } from '../temporary.js';
import { start } from './command.js';

process.env['VK_DRIVER_FILES'] = '/no/driver.json'; // no GPU, whatever the machine has
const PACKAGES = ['@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu'];
const here = PACKAGES.filter((name) => findInstalled(name) !== undefined);
const skip = here.length > 0 && `${here.join(' and ')} itself is installed`;

describe('pipeline doctor', { skip }, () => {
  it('tells what is missing, what works and what auto takes', async () => {
    const { code, stdout, stderr } = await start(['doctor'], temporaryDirectory('nothing')).ended;
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /^lungflow \d.*Node\.js \d/);
    assert.match(stdout, /^node-gpu +not installed$/m);
    assert.match(stdout, /^webgpu +(no GPU|not installed)$/m);
    assert.match(stdout, /^wasm +works +CPU +CPU +\d\.\de-[67] +\d+ +[\d.]+ \w+$/m);
    assert.match(
      stdout,
      /^node: .* is missing; `npm install --no-save --save-dev @tensorflow\/tfjs-node` adds it$/m,
    );
    assert.match(stdout, /^--engine auto takes wasm \(CPU\): node-gpu is not installed; webgpu /m);
    assert.match(stdout, /first of node-gpu and webgpu that finds a GPU, else wasm/);
  });

  it('ends with 1, and outlives it, when an installed engine is broken', async () => {
    const directory = temporaryDirectory('broken');
    install(directory, '@tensorflow/tfjs-node-gpu', MISSING_LIBRARY);
    install(directory, '@tensorflow/tfjs-node', CRASH);
    const { code, stdout } = await start(['doctor', '--json'], directory).ended;
    assert.equal(code, 1);
    const { machine, engines, auto } = JSON.parse(stdout) as DoctorReport;
    assert.equal(machine.node, process.versions.node);
    const of = (name: string) => engines.find(({ engine }) => engine === name)!.finding;
    assert.deepEqual(
      ['node-gpu', 'node', 'wasm', 'onnx'].map((name) => of(name).state),
      ['broken', 'broken', 'works', findInstalled('onnxruntime-node') ? 'works' : 'not installed'],
    );
    assert.match(JSON.stringify(of('node-gpu')), /libcudart/);
    assert.match(JSON.stringify(of('node')), /SIGSEGV/);
    assert.ok('device' in auto);
    assert.equal(auto.name, 'wasm');
    assert.match(auto.reason, /^node-gpu is installed but did not load: libcudart/);
  });

  it('says so when what auto would take crashes', async () => {
    const directory = temporaryDirectory('crash');
    install(directory, '@tensorflow/tfjs-node-gpu', CRASH);
    const { code, stdout } = await start(['doctor'], directory).ended;
    assert.equal(code, 1);
    assert.match(stdout, /^--engine auto fails here\. .*crashed \(SIGSEGV\)/m);
  });

  it('takes no time limit of nothing', async () => {
    const { code, stderr } = await start(['doctor', '--timeout', '0']).ended;
    assert.equal(code, 2);
    assert.match(stderr, /--timeout is not above 0/);
  });
});
