import { elementCount } from '../../core/tensor.js';
import { spanOf } from '../gather.js';
import { damaged, refused } from '../unsound.js';
import { Dict, Storage, StridedTensor, Tuple, type Value } from './values.js';

const MAX_AXES = 64; // torch's own

/**
 * `_rebuild_tensor_v2(storage, storage_offset, size, stride, requires_grad, backward_hooks)`
 * @throws Unsound for whatever does not lie within its storage
 */
export function rebuildTensor(args: readonly Value[]): StridedTensor {
  const [storage, offset, size, stride, requiresGrad, hooks] = args;
  const shape = countsIn(size);
  const strides = countsIn(stride);
  const asWritten =
    args.length === 6 &&
    storage instanceof Storage &&
    isCount(offset) &&
    shape !== undefined &&
    strides !== undefined &&
    typeof requiresGrad === 'boolean' &&
    hooks instanceof Dict &&
    hooks.entries.size === 0;
  if (!asWritten) throw refused('calls _rebuild_tensor_v2 with other arguments than torch writes');
  if (shape.length !== strides.length)
    throw damaged('holds a tensor whose sizes and strides do not belong together');
  // Products and sums beyond 2^53 are rounded, never to something small.
  if (!Number.isSafeInteger(elementCount(shape.filter((n) => n > 0))))
    throw damaged('holds a tensor of an impossible size');
  // The stride of an axis of one means nothing, and may be anything.
  const view = { shape, strides: strides.map((n, axis) => (shape[axis] > 1 ? n : 0)) };
  if (offset + spanOf(view) > storage.length) throw damaged('holds a tensor that leaves its storage');
  return new StridedTensor(storage, offset, view.shape, view.strides);
}

const isCount = (value: Value | undefined): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

/** undefined when it is not a tuple of counts, one for each of at most 64 axes. */
function countsIn(value: Value | undefined): readonly number[] | undefined {
  const short = value instanceof Tuple && value.items.length <= MAX_AXES;
  return short && value.items.every(isCount) ? value.items : undefined;
}
