/** Where an atlas's landmarks lie in a subject. */
import type { Tensor } from '../../core/tensor.js';
import type { Atlas } from './atlas.js';
import { applyAffine, indexToPoint, type AffineLps } from '../space/geometry.js';

/** Low corners of the atlas patches, mapped into the subject: `[count, 3]`, LPS mm. */
export function mapCorners(
  { cornersXyz, count, lungs: { geometry } }: Atlas,
  affine: AffineLps,
): Tensor<Float64Array<SharedArrayBuffer>> {
  const data = new Float64Array(new SharedArrayBuffer(24 * count));
  for (let i = 0; i < 3 * count; i += 3) {
    const corner = [cornersXyz[i], cornersXyz[i + 1], cornersXyz[i + 2]] as const;
    data.set(applyAffine(affine, indexToPoint(geometry, corner)), i);
  }
  return { data, shape: [count, 3] };
}
