/** The `node` engine's code on tfjs's plain JavaScript backend: no kernel of ours, and no TensorFlow needed. */
import type { Engine } from '../../src/engine/engine.js';
import { nativeEngine } from '../../src/engine/native-engine.js';

export const plainTfjs = (): Promise<Engine> =>
  nativeEngine(
    { name: 'node', url: new URL('../../test/engine/tfjs-node-stand-in.js', import.meta.url).href },
    'node: parity',
  );
