import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { tableFromIPC } from 'apache-arrow';
import { patchEncoder } from '../../src/networks/patch-encoder.js';
import { call, code, dict, global, pickle, text } from '../formats/torch/pickle-assembler.js';
import { legacyCheckpoint, zipCheckpoint } from '../formats/torch/checkpoint-assembler.js';
import { whole } from '../formats/torch/zip-assembler.js';
import { randomNetwork } from '../networks/random-network.js';
import { temporaryDirectory } from '../temporary.js';
import { phantomCohort, pipeline } from './command.js';

describe('pipeline weights', () => {
  const dir = temporaryDirectory('weights');
  const nowhere = join(dir, 'nowhere');
  const [patch, graph, both, evil] = [
    'patch.pth.tar',
    'graph.pth.tar',
    'both.safetensors',
    'evil.pth.tar',
  ].map((name) => join(dir, name));
  const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');
  before(() => {
    writeFileSync(patch, legacyCheckpoint({}, randomNetwork(patchEncoder, 2).parameters));
    const queue = { key: '6', length: 600, shape: [2, 300], strides: [300, 1] };
    const storages = { '6': Buffer.alloc(2400) };
    writeFileSync(graph, whole(zipCheckpoint({ tensors: { 'module.queue': queue }, storages })));
    const harm = call(global('posix', 'system'), text('touch executed'));
    writeFileSync(evil, whole(zipCheckpoint({ pickle: pickle(dict({ state_dict: code(harm) })) })));
  });

  it('inspects a checkpoint: format, networks, tensors, what is passed over', async () => {
    const { code, stdout, stderr } = await pipeline('weights', 'inspect', graph);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /PyTorch checkpoint \(zip\)/);
    assert.ok(stdout.includes(`sha256 ${sha256(graph)}`));
    assert.match(stdout, /^epoch 3$/m);
    assert.match(stdout, /^network graph network \(module\.encoder_q\.\*\)$/m);
    assert.match(stdout, /^module\.encoder_q\.conv1\.weight +float32 +128 x 128 +64 kB +graph network$/m);
    assert.match(stdout, /^Passed over.*\n {2}module\.queue: 1 tensor, 2.3 kB$/m);
  });

  it('converts both checkpoints into one file that says where it comes from', async () => {
    const converted = await pipeline('weights', 'convert', patch, both, '--with', graph);
    assert.equal(converted.code, 0, converted.stderr);
    assert.match(converted.stdout, /patch encoder and graph network/);
    const inspected = await pipeline('weights', 'inspect', both);
    for (const [network, path] of [
      ['encoder', patch],
      ['graph', graph],
    ])
      assert.ok(inspected.stdout.includes(`${network}.source_sha256 ${sha256(path)}`), inspected.stdout);
    assert.match(inspected.stdout, /^graph\.epoch 3$/m);
    assert.match(inspected.stdout, /^Every tensor is used\.$/m);
  });

  it('gives files that a pipeline takes, as it takes the checkpoints', async () => {
    const cohort = await phantomCohort();
    const extract = (command: string, ...set: string[]) =>
      pipeline(
        command,
        'pipelines/extract.yaml',
        ...[`atlas=${join(cohort, 'few-landmarks')}`, ...set].flatMap((it) => ['--set', it]),
        ...(command === 'run'
          ? ['--input', join(cohort, 'manifest.csv'), '--out', join(dir, 'out'), '--limit', '1']
          : []),
      );
    const checked = await extract('validate', `weights=${both}`);
    assert.equal(checked.code, 0, checked.stderr);
    assert.doesNotMatch(checked.stdout, /untrained/);
    const ran = await extract('run', `encode.weights=${patch}`, `aggregate.weights=${graph}`);
    assert.equal(ran.code, 0, ran.stderr);
    assert.doesNotMatch(ran.stderr, /untrained/);
    const part = (await readdir(join(dir, 'out'), { recursive: true })).find((name) =>
      name.endsWith('.arrow'),
    )!;
    const { metadata } = tableFromIPC(readFileSync(join(dir, 'out', part))).schema;
    const values = [...metadata.values()].join();
    for (const path of [patch, graph]) assert.ok(values.includes(sha256(path)), values);
    const refused = await extract('validate', `weights=${evil}`);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /imports posix\.system/);
  });

  it('refuses to overwrite, and to write what is no network, with exit code 2', async () => {
    writeFileSync(join(dir, 'there'), 'mine');
    const cases: readonly [string[], RegExp][] = [
      [['convert', patch, join(dir, 'there')], /is there already/],
      [['convert', patch, join(dir, 'none', 'out')], /cannot be written \(ENOENT\)/],
      [['convert', patch, nowhere, '--with', patch], /Both files hold the patch encoder/],
      [['convert', patch, nowhere, '--prefix', 'module.encoder_k.'], /holds no network/],
      [['convert', join(dir, 'there'), nowhere], /neither a safetensors file nor a checkpoint/],
      [['inspect', join(dir, 'none')], /is not there/],
      [['inspect', evil], /has a pickle that imports posix\.system/],
      [['inspect'], /Not enough/],
      [[], /Say what to do/],
    ];
    for (const [args, message] of cases) {
      const { code, stderr } = await pipeline('weights', ...args);
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
    }
    assert.equal(readFileSync(join(dir, 'there'), 'utf8'), 'mine');
    assert.ok(!existsSync(nowhere));
    assert.ok(!existsSync('executed'));
  });
});
