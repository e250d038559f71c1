/** Keeps account of the sessions that are open: ONNX Runtime tells nothing of the memory that it holds. */
import type { DeviceMemory } from '../device/backend.js';
import type { Provider } from './provider.js';
import type { Session } from './session.js';

export function countSessions() {
  const bytesHeld = new Map<Session, number>();
  return {
    counted: (provider: Provider): Provider => ({
      ...provider,
      async open(model, strictly) {
        const inner = await provider.open(model, strictly);
        const session: Session = {
          ...inner,
          close: () => {
            bytesHeld.delete(session);
            return inner.close();
          },
        };
        bytesHeld.set(session, model.bytes.length + (model.beside?.data.length ?? 0));
        return session;
      },
    }),
    /** Models for tensors, with the bytes of their files. */
    memory: (): DeviceMemory => ({
      tensors: bytesHeld.size,
      bytes: [...bytesHeld.values()].reduce((sum, bytes) => sum + bytes, 0),
    }),
    closeAll: async (): Promise<void> => {
      await Promise.all([...bytesHeld.keys()].map((session) => session.close()));
    },
  };
}
