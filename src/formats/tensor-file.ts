/** A file of named tensors, whatever its format: what it holds is known at once, numbers are read when asked for. */
import type { Tensor } from '../core/tensor.js';
import type { DtypeName } from './dtype.js';

export interface TensorEntry {
  readonly dtype: DtypeName;
  readonly shape: readonly number[];
}

export interface TensorFile {
  /** For people: `safetensors`, `PyTorch checkpoint (zip)`. */
  readonly format: string;
  /** What the file says of itself: `epoch`, `arch`, metadata. From an untrusted file: print by `printable`. */
  readonly about: ReadonlyMap<string, string>;
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  /** What stands beside the state dict (`optimizer`): the tensors there are never read. */
  readonly beside: readonly { readonly name: string; readonly tensors: number; readonly bytes: number }[];
  /**
   * Numbers of one of `tensors`, as float32, last axis fastest.
   * @throws Unsound when they are damaged, or of a kind that parameters are not
   */
  read(name: string): Promise<Tensor<Float32Array<SharedArrayBuffer>>>;
}
