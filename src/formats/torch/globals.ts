/** Every name that a checkpoint's pickle may import. None of them is code from the file, or Python's: each is a line here. */
import { rebuildTensor } from './rebuild-tensor.js';
import type { DtypeName } from '../dtype.js';
import { refused } from '../unsound.js';
import { Dict, GlobalFunction, StorageClass, StridedTensor, type Value } from './values.js';

const storage = (dtype: DtypeName) => new StorageClass(dtype);
const calls = (call: (args: readonly Value[]) => Value) => new GlobalFunction(call);

export const allowedGlobals: ReadonlyMap<string, GlobalFunction | StorageClass> = new Map<
  string,
  GlobalFunction | StorageClass
>([
  ['collections.OrderedDict', calls(orderedDict)],
  ['torch._utils._rebuild_tensor_v2', calls(rebuildTensor)],
  ['torch._utils._rebuild_parameter', calls(parameter)],
  ['torch.DoubleStorage', storage('float64')],
  ['torch.FloatStorage', storage('float32')],
  ['torch.HalfStorage', storage('float16')],
  ['torch.BFloat16Storage', storage('bfloat16')],
  ['torch.LongStorage', storage('int64')],
  ['torch.IntStorage', storage('int32')],
  ['torch.ShortStorage', storage('int16')],
  ['torch.CharStorage', storage('int8')],
  ['torch.ByteStorage', storage('uint8')],
  ['torch.BoolStorage', storage('bool')],
]);

/** `OrderedDict()`: Python 3 fills it afterwards. */
function orderedDict(args: readonly Value[]): Dict {
  if (args.length > 0) throw refused('calls OrderedDict with arguments');
  return new Dict();
}

/** `_rebuild_parameter(data, requires_grad, backward_hooks)`: a tensor that is trained. */
function parameter(args: readonly Value[]): StridedTensor {
  const [tensor, requiresGrad, hooks] = args;
  const asWritten =
    args.length === 3 &&
    tensor instanceof StridedTensor &&
    typeof requiresGrad === 'boolean' &&
    hooks instanceof Dict &&
    hooks.entries.size === 0;
  if (!asWritten) throw refused('calls _rebuild_parameter with other arguments than torch writes');
  return tensor;
}
