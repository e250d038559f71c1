/** A pipeline file that names an encoder of the user's own. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { tableFromIPC, type Table } from 'apache-arrow';
import { blockMeansModel, type Block } from '../engine/block-means.js';
import { onnxAbsent, onnxDirectory } from '../engine/onnxruntime.js';
import { temporaryDirectory } from '../temporary.js';
import { phantomCohort, start } from './command.js';

const patchStages = (cohort: string) => `
  - load
  - segment
  - register: { atlas: '${join(cohort, 'few-landmarks')}' }
  - resample
  - patch`;

describe('pipeline run with a model', () => {
  const dir = temporaryDirectory('onnx');
  let cohort: string;
  before(async () => {
    cohort = await phantomCohort();
    const blocks: readonly [string, Block][] = [
      ['64.onnx', [8, 8, 8]],
      ['128.onnx', [8, 8, 4]],
    ];
    for (const [name, block] of blocks) writeFileSync(join(dir, name), blockMeansModel(block));
    writeFileSync(join(dir, 'text.onnx'), 'no model');
  });

  const pipelineOf = (name: string, ...stages: string[]) => {
    const path = join(dir, name);
    writeFileSync(
      path,
      `name: own\nstages:${patchStages(cohort)}\n${stages.map((it) => `  - ${it}\n`).join('')}`,
    );
    return path;
  };
  const go = (command: string, path: string, ...more: string[]) =>
    start([command, path, '--input', join(cohort, 'manifest.csv'), ...more], onnxDirectory).ended;
  const run = async (path: string, out: string, ...more: string[]): Promise<Table> => {
    const { code, stderr } = await go('run', path, '--out', join(dir, out), '--limit', '1', ...more);
    assert.equal(code, 0, stderr);
    const part = (await readdir(join(dir, out), { recursive: true })).find((name) =>
      name.endsWith('.arrow'),
    )!;
    return tableFromIPC(readFileSync(join(dir, out, part)));
  };
  const tensor = (table: Table, column: string): unknown =>
    JSON.parse(JSON.stringify(table.getChild(column)!.get(0)));

  it('writes as many features a patch as the model gives', { skip: onnxAbsent }, async () => {
    const path = pipelineOf('64.yaml', 'encode: { model: 64.onnx }', 'write: { columns: [nodes] }');
    const checked = await go('validate', path);
    assert.equal(checked.code, 0, checked.stderr);
    assert.match(checked.stdout, /^Engine onnx \((CPU|WebGPU|CUDA)\): it alone runs a model of your own/m);
    const table = await run(path, 'out64');
    const nodes = tensor(table, 'nodes') as number[][];
    assert.ok(nodes.length > 0 && nodes.every((features) => features.length === 64));
    const { metadata } = table.schema;
    assert.equal(metadata.get('lungflow.engine'), 'onnx');
    assert.equal(metadata.get('lungflow.weights'), 'ONNX model, from a file');
    const bytes = readFileSync(join(dir, '64.onnx'));
    assert.equal(metadata.get('lungflow.weights_sha256'), createHash('sha256').update(bytes).digest('hex'));
    assert.equal(metadata.get('lungflow.features'), '64');
    assert.match(metadata.get('lungflow.engine_device')!, /CPU|GPU|CUDA/);
  });

  it(
    'feeds the graph network of another engine, in the same numbers whatever the batches',
    { skip: onnxAbsent },
    async () => {
      const aggregate = 'aggregate: { weights: { seed: 0 }, engine: wasm }';
      const path = pipelineOf(
        '128.yaml',
        'encode: { model: 128.onnx }',
        aggregate,
        'write: { columns: [embedding, nodes] }',
      );
      const [first, second] = [
        await run(path, 'out128'),
        await run(path, 'again', '--set', 'encode.batch=7'),
      ];
      assert.equal((tensor(first, 'embedding') as number[]).length, 128);
      assert.deepEqual(tensor(second, 'nodes'), tensor(first, 'nodes'));
      assert.equal(first.schema.metadata.get('lungflow.graph_engine'), 'wasm');
    },
  );

  it('refuses before any scan is read what cannot work, with exit code 2', { skip: onnxAbsent }, async () => {
    const aggregate = 'aggregate: { weights: { seed: 0 } }';
    const cases: readonly [string[], RegExp][] = [
      [['encode: { model: 64.onnx }', aggregate], /gives 64 features a patch; the graph network takes 128/],
      [['encode: { model: text.onnx }'], /text\.onnx: it is not an ONNX file/],
      [['encode: { model: none.onnx }'], /none\.onnx is not there/],
      [['encode: { model: 64.onnx, engine: wasm }'], /only the engine onnx runs 64\.onnx/],
    ];
    for (const [stages, message] of cases) {
      const { code, stderr } = await go('validate', pipelineOf('refused.yaml', ...stages));
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
    }
  });

  it('takes weights or a model, not both and not neither', async () => {
    const cases: readonly [string, RegExp][] = [
      ['encode', /`encode` without `weights`.*`model: encoder\.onnx`/],
      ['encode: { weights: { seed: 0 }, model: 64.onnx }', /refused\.yaml:8.*`encode\.model`.*not both/s],
    ];
    for (const [stage, message] of cases) {
      const { code, stderr } = await go('validate', pipelineOf('refused.yaml', stage));
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
    }
  });
});
