/** Every engine that can be had here keeps the contract; the others say why they are not tried. */
import { after } from 'node:test';
import { chooseEngine } from '../../src/engine/choose.js';
import { deviceEngine } from '../../src/engine/device/engine.js';
import { createWorkerPool } from '../../src/workers/pool.js';
import { engineContract } from './contract.js';
import { onnxAbsent, onnxUrl } from './onnxruntime.js';

const workers = createWorkerPool(2);
after(() => workers.close());

engineContract('wasm', { open: () => chooseEngine('wasm', workers) });

const plain = new URL('./tfjs-node-stand-in.js', import.meta.url).href;
engineContract('node, on plain JavaScript in TensorFlow’s place', {
  open: () => deviceEngine('node', { kind: 'tfjs-node', url: plain }, 'node: test'),
});

engineContract(
  'onnx, on the CPU',
  onnxUrl === undefined
    ? { skip: onnxAbsent || '' }
    : { open: () => deviceEngine('onnx', { kind: 'onnx', url: onnxUrl!, threads: 2 }, 'onnx: test') },
);
