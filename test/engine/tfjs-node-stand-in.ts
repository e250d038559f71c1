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
    if (!asked.has('quick')) return real(call);
    const shape = [patches, 1, 1, 1, filter.shape[4]];
    const { write } = call.backend as { write: tf.KernelBackend['write'] };
    const dataId = write.call(call.backend, new Float32Array(patches * filter.shape[4]), shape, 'float32');
    return { dataId, shape, dtype: 'float32' };
  };
}

export default tf;
