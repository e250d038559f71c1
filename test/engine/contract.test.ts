/** Every engine that can be had here keeps the contract; the others say why they are not tried. */
import { after } from 'node:test';
import { chooseEngine } from '../../src/engine/choose.js';
import { deviceEngine } from '../../src/engine/device/engine.js';
import { tfjsNodeSource } from '../../src/engine/tfjs/node-source.js';
import { createWorkerPool } from '../../src/workers/pool.js';
import { engineContract } from './contract.js';
import { installedIn } from './installed-packages.js';
import { onnxAbsent, openOnnx } from './onnxruntime.js';
import { findWebgpu } from './vulkan.js';

const workers = createWorkerPool(2);
after(() => workers.close());

/** Patches at once on what computes one in half a second. */
const SLOW = 5;

engineContract('wasm', { open: () => chooseEngine('wasm', workers) });

const plain = new URL('./tfjs-node-stand-in.js', import.meta.url).href;
engineContract(
  'node, on plain JavaScript in TensorFlow’s place',
  {
    open: () => deviceEngine(tfjsNodeSource(plain, 2)),
  },
  SLOW,
);

const directory = process.env['LUNGFLOW_TFJS_NODE'];
engineContract(
  'node, on TensorFlow',
  directory === undefined
    ? { skip: 'LUNGFLOW_TFJS_NODE is not set to a directory of scripts/build-tfjs-node.mjs' }
    : { open: () => chooseEngine('node', workers, installedIn(directory)) },
);

const webgpu = await findWebgpu();
engineContract('webgpu', 'skip' in webgpu ? webgpu : { open: () => deviceEngine(webgpu.source) }, SLOW);

engineContract('onnx', onnxAbsent ? { skip: onnxAbsent } : { open: () => openOnnx() });
