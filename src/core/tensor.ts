/** A dense array with its shape, last axis fastest: what writers can store without knowing its meaning. */

/** Over shared memory, so that threads pass it without a copy. */
export type TensorArray =
  | Float64Array<SharedArrayBuffer>
  | Float32Array<SharedArrayBuffer>
  | Int32Array<SharedArrayBuffer>
  | Int16Array<SharedArrayBuffer>
  | Uint8Array<SharedArrayBuffer>;

/** An array and its shape, last axis fastest. */
export interface Tensor<A extends TensorArray = TensorArray> {
  readonly data: A;
  readonly shape: readonly number[];
}

export const elementCount = (shape: readonly number[]): number => shape.reduce((count, n) => count * n, 1);
