/**
 * Untrained parameters, the same on every machine. A parameter's numbers come from mulberry32 (a 32-bit generator)
 * seeded with the 32-bit FNV-1a hash of `<seed>:<name>`, so that they depend on no other parameter.
 */
import { mulberry32 } from '../core/mulberry32.js';
import { elementCount } from '../core/tensor.js';
import type { Architecture, Parameters } from './architecture.js';
import type { ParameterSpec } from './parameter-specs.js';

export function untrainedParameters({ parameters }: Architecture, seed: number): Parameters {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, spec]) => [
      name,
      { data: untrainedNumbers(spec, `${seed}:${name}`), shape: spec.shape },
    ]),
  );
}

function untrainedNumbers({ shape, untrained }: ParameterSpec, key: string): Float32Array<SharedArrayBuffer> {
  const numbers = new Float32Array(new SharedArrayBuffer(4 * elementCount(shape)));
  if ('value' in untrained) return numbers.fill(untrained.value);
  const next = mulberry32(fnv1a(key));
  for (let i = 0; i < numbers.length; i++) numbers[i] = (2 * next() - 1) * untrained.bound;
  return numbers;
}

/** 32-bit FNV-1a of an ASCII string. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
