/** What the patch encoder asks of a card, from its layers: arithmetic, and bytes between the card's memory and its processors. */
import type { ConvolutionStep } from '../../src/engine/plan.js';

export interface Work {
  readonly flops: number;
  /**
   * Each layer by itself, in float32: it reads its input, and its filter once a batch, and writes its output. Kernels that keep more
   * in registers and caches, or run several layers at once, move less.
   */
  readonly bytes: number;
}

const FLOAT = 4;

/** Of so many patches, in batches of so many. */
export function encoderWork(layers: readonly ConvolutionStep[], patches: number, batch: number): Work {
  const batches = Math.ceil(patches / batch);
  let [flops, bytes] = [0, 0];
  for (const { from, to, stride, edge, filter, bias } of layers) {
    const [inputs, outputs] = [from * edge ** 3, to * (edge / stride) ** 3];
    flops += patches * outputs * 2 * (filter.length / to);
    bytes += FLOAT * (patches * (inputs + outputs) + batches * (filter.length + bias.length));
  }
  return { flops, bytes };
}
