/**
 * What lungflow sees of @tensorflow/tfjs-node(-gpu), which is not installed for tests: tfjs whose backend is called 'tensorflow'
 * and says whether it has a GPU. Underneath is tfjs's plain JavaScript backend: real numbers, from no kernel of ours.
 *
 * Asked for in the URL: `gpu`; `memory=40`, for convolutions of so many patches and no more; `quick`, convolutions that give
 * zeros for one voxel a patch, so that a thousand batches take seconds.
 */
import * as tf from '@tensorflow/tfjs-core';
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';

const asked = new URL(import.meta.url).searchParams;
const memory = Number(asked.get('memory') ?? Infinity);

tf.env().set('IS_TEST', true); // the backend advises against itself otherwise
tf.registerBackend(
  'tensorflow',
  () => Object.assign(new MathBackendCPU(), { isUsingGpuDevice: asked.has('gpu') }),
  10,
);
for (const kernel of tf.getKernelsForBackend('cpu')) {
  const kernelFunc = kernel.kernelName === tf.Conv3D ? convolution(kernel.kernelFunc) : kernel.kernelFunc;
  tf.registerKernel({ ...kernel, kernelFunc, backendName: 'tensorflow' });
}

function convolution(real: tf.KernelFunc): tf.KernelFunc {
  return (call) => {
    const { x, filter } = call.inputs as Record<'x' | 'filter', tf.Tensor5D>;
    const [patches] = x.shape;
    if (patches > memory) throw new Error(`OOM when allocating tensor with shape[${x.shape.join(',')}]`);
    const backend = call.backend as Backend;
    if (!asked.has('quick')) return convolveOnce(real, call, backend);
    const shape = [patches, 1, 1, 1, filter.shape[4]];
    return backend.makeTensorInfo(shape, 'float32', new Float32Array(patches * filter.shape[4]));
  };
}

/** Patches at the end that are all the same, as a batch is filled up with them, take the time of one. */
function convolveOnce(real: tf.KernelFunc, call: Call, backend: Backend): tf.TensorInfo {
  const { x } = call.inputs as Record<'x', tf.Tensor5D>;
  const [patches, ...edges] = x.shape;
  const values = backend.readSync(x.dataId) as Float32Array;
  const size = values.length / patches;
  const patch = (p: number) => Buffer.from(values.buffer, values.byteOffset + 4 * p * size, 4 * size);
  let distinct = patches;
  while (distinct > 1 && patch(distinct - 2).equals(patch(distinct - 1))) distinct -= 1;
  const head = backend.makeTensorInfo([distinct, ...edges], 'float32', values.slice(0, distinct * size));
  const convolved = real({ ...call, inputs: { ...call.inputs, x: head } }) as tf.TensorInfo;
  const some = backend.readSync(convolved.dataId) as Float32Array;
  const one = some.length / distinct;
  const all = new Float32Array(patches * one);
  for (let p = 0; p < patches; p++) {
    const at = Math.min(p, distinct - 1) * one;
    all.set(some.subarray(at, at + one), p * one);
  }
  for (const { dataId } of [head, convolved]) backend.disposeData(dataId);
  return backend.makeTensorInfo([patches, ...convolved.shape.slice(1)], 'float32', all);
}
type Call = Parameters<tf.KernelFunc>[0];
type Backend = Pick<MathBackendCPU, 'makeTensorInfo' | 'readSync' | 'disposeData'>;

export default tf;
