/** The networks that a file of weights may hold. */
import { modelError } from '../core/errors.js';
import type { TensorFile } from '../formats/tensor-file.js';
import type { Architecture } from './architecture.js';
import { patchEncoder } from './patch-encoder.js';
import { graphNetwork } from './graph-network.js';
import { fitParameters, type Fit } from './parameters.js';

export interface Recognised {
  readonly architecture: Architecture;
  readonly fit: Fit;
}

/**
 * Those that are there whole: every parameter, in its shape. No number is read.
 * @param prefix of their names in this file, where it is not one of the usual ones
 * @throws modelError when there is none, with what the nearest lacks
 */
export function recogniseNetworks(
  tensors: TensorFile['tensors'],
  label: string,
  prefix?: string,
): readonly [Recognised, ...Recognised[]] {
  const all = [patchEncoder, graphNetwork].map((architecture) => ({
    architecture,
    fit: fitParameters(tensors, architecture, prefix),
  }));
  const [first, ...more] = all.filter(({ fit }) => fit.problems.length === 0);
  if (first as Recognised | undefined) return [first, ...more];
  const nearest = all.reduce((a, b) => (b.fit.found.size > a.fit.found.size ? b : a));
  throw modelError(
    'weights-mismatch',
    `The weights file ${label} holds no network that lungflow knows; nearest is the ${nearest.architecture.title}: ${nearest.fit.problems.join('; ')}.`,
    'Name a checkpoint of the published networks, or export it again with their names and shapes.',
  );
}
