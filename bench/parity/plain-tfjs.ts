/** The `node` engine's code on tfjs's plain JavaScript backend: no kernel of ours, and no TensorFlow needed. */
import { deviceEngine } from '../../src/engine/device/engine.js';
import { tfjsNodeSource } from '../../src/engine/tfjs/node-source.js';
import type { Engine } from '../../src/engine/engine.js';

const url = new URL('../../test/engine/tfjs-node-stand-in.js', import.meta.url).href;

export const plainTfjs = (): Promise<Engine> => deviceEngine(tfjsNodeSource(url));
