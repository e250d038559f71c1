/** Every engine that can be had here keeps the contract; the others say why they are not tried. */
import { createRequire } from 'node:module';
import { after } from 'node:test';
import { pathToFileURL } from 'node:url';
import { chooseEngine } from '../../src/engine/choose.js';
import { deviceEngine } from '../../src/engine/device/engine.js';
import { createWorkerPool } from '../../src/workers/pool.js';
import { engineContract } from './contract.js';
import { findWebgpu } from './vulkan.js';
import { onnxAbsent, onnxUrl } from './onnxruntime.js';

const workers = createWorkerPool(2);
after(() => workers.close());

engineContract('wasm', { open: () => chooseEngine('wasm', workers) });

const plain = new URL('./tfjs-node-stand-in.js', import.meta.url).href;
engineContract('node, on plain JavaScript in TensorFlow’s place', {
  open: () => deviceEngine('node', { kind: 'tfjs-node', url: plain, batch: 2 }, 'test'),
});

const directory = process.env['LUNGFLOW_TFJS_NODE'];
engineContract(
  'node, on TensorFlow',
  directory === undefined
    ? { skip: 'LUNGFLOW_TFJS_NODE is not set to a directory of scripts/build-tfjs-node.mjs' }
    : { open: () => chooseEngine('node', workers, installedIn(directory)) },
);

const installedIn = (directory: string) => (name: string) =>
  pathToFileURL(createRequire(pathToFileURL(`${directory}/`)).resolve(name)).href;

const webgpu = await findWebgpu();
engineContract(
  'webgpu',
  'skip' in webgpu ? webgpu : { open: () => deviceEngine('webgpu', webgpu.source, 'webgpu: test') },
);

engineContract(
  'onnx, on the CPU',
  onnxUrl === undefined
    ? { skip: onnxAbsent || '' }
    : { open: () => deviceEngine('onnx', { kind: 'onnx', url: onnxUrl!, threads: 2 }, 'onnx: test') },
);
