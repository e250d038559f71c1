/**
 * What lungflow sees of @tensorflow/tfjs-node(-gpu), which is not installed for tests: tfjs whose backend is called 'tensorflow'
 * and says whether it has a GPU. Underneath is tfjs's plain JavaScript backend: real numbers, from no kernel of ours.
 */
import * as tf from '@tensorflow/tfjs-core';
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';

const hasGpu = new URL(import.meta.url).searchParams.has('gpu');

tf.env().set('IS_TEST', true); // the backend advises against itself otherwise
tf.registerBackend('tensorflow', () => Object.assign(new MathBackendCPU(), { isUsingGpuDevice: hasGpu }), 10);
for (const kernel of tf.getKernelsForBackend('cpu')) {
  tf.registerKernel({ ...kernel, backendName: 'tensorflow' });
}
export default tf;
