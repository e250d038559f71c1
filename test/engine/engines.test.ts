/** An engine is one file and one line: no other source knows it by name. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, it } from 'node:test';
import type { EngineDescriptor } from '../../src/engine/descriptor.js';
import { AUTO_RULE, ENGINE_CHOICES, ENGINE_NAMES, ENGINES } from '../../src/engine/engines.js';
import { root } from '../e2e/command.js';

const DESCRIPTORS = 'src/engine/descriptors';
const HELD: readonly string[] = readdirSync(join(root, DESCRIPTORS)).map((file) => basename(file, '.ts'));

/** What other things are called as an engine is. */
const NAMESAKES: Readonly<Record<string, readonly string[] | undefined>> = {
  'src/engine/onnx/provider.ts': ['webgpu'], // ONNX Runtime's provider
  'src/engine/tfjs/webgpu/open-gpu.ts': ['webgpu'], // tfjs's backend
  'src/engine/tfjs/webgpu/gpu.ts': ['webgpu'],
};

const sources = ['src', 'stages'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name)),
);

/** Without comments and imports. */
const codeOf = (file: string): string =>
  readFileSync(join(root, file), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/^(import|export) .* from '.*';$/gm, '');

/** Names of engines that stand as strings, or are named in a message. */
function enginesNamedIn(file: string): readonly string[] {
  const code = codeOf(file);
  return ENGINE_NAMES.filter((name) => new RegExp(`'${name}'|[eE]ngine ${name}\\b`).test(code));
}

describe('engines', () => {
  it('are listed, each descriptor of the folder once, by its file’s name', () => {
    assert.deepEqual(ENGINE_NAMES.toSorted(), HELD.toSorted());
  });

  it('are named by their descriptors alone', () => {
    const named = sources
      .filter((file) => !file.startsWith(DESCRIPTORS))
      .flatMap((file) => enginesNamedIn(file).map((name) => ({ file, name })))
      .filter(({ file, name }) => !NAMESAKES[file]?.includes(name));
    assert.deepEqual(named, []);
  });

  it('and networks say which option is meant, not how a command line spells it', () => {
    const naming = sources
      .filter((file) => /^src\/(engine|inference|networks)\//.test(file))
      .filter((file) => /[ `]--(engine|timeout|jobs|memory|out|set)\b/.test(codeOf(file)));
    assert.deepEqual(naming, []);
  });

  it('are tried by auto in the order that they ask for, each in a place of its own', () => {
    const orders = ENGINES.flatMap(({ gpu }: EngineDescriptor) => (gpu ? [gpu.autoOrder] : []));
    assert.equal(new Set(orders).size, orders.length);
    assert.equal(AUTO_RULE, 'auto takes the first of node-gpu and webgpu that finds a GPU, else wasm');
    assert.deepEqual(ENGINE_CHOICES, ['auto', 'node-gpu', 'webgpu', 'node', 'wasm', 'onnx']);
  });
});
