/** The backend that a source names; its library is imported only now. */
import type { Backend, BackendSource } from './backend.js';

export async function openBackend(source: BackendSource): Promise<Backend> {
  switch (source.kind) {
    case 'tfjs-node': {
      const { openTfjsNode } = await import('../tfjs/node-backend.js');
      return openTfjsNode(source);
    }
    case 'webgpu': {
      const { openWebgpu } = await import('../tfjs/webgpu-backend.js');
      return openWebgpu(source);
    }
    case 'onnx': {
      const { openOnnx } = await import('../onnx/backend.js');
      return openOnnx(source);
    }
  }
}
