/** A file of a network that the system does not let be read, told under the name that the user wrote. */
import { LungflowError, modelError } from '../core/errors.js';

/**
 * @param file what it is and its name: `The model encoder.onnx`
 * @returns a typed error; what the system did not throw as it was
 */
export function asUnreadable(
  thrown: unknown,
  code: 'weights-unreadable' | 'model-unreadable',
  file: string,
  remedy: string,
): unknown {
  if (thrown instanceof LungflowError || !(thrown instanceof Error)) return thrown;
  const system: NodeJS.ErrnoException = thrown;
  if (system.syscall === undefined && system.code !== 'ERR_FS_FILE_TOO_LARGE') return thrown;
  const why = system.code === 'ENOENT' ? 'is not there' : `cannot be read (${system.code ?? system.message})`;
  return modelError(code, `${file} ${why}.`, remedy, thrown);
}
