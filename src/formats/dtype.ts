/** The kinds of numbers that files of tensors hold. Those with a reader can be parameters; the rest count and index. */
import { float16ToFloat32 } from './float16.js';

type NumberReader = (view: DataView, at: number, littleEndian: boolean) => number;
interface Dtype {
  readonly bytes: number;
  readonly number?: NumberReader;
}

const scratch = new DataView(new ArrayBuffer(4));

/** bfloat16 is the upper half of a float32. */
function bfloat16ToFloat32(bits: number): number {
  scratch.setUint32(0, bits << 16);
  return scratch.getFloat32(0);
}

export const dtypes = {
  float64: { bytes: 8, number: (view, at, little) => view.getFloat64(at, little) },
  float32: { bytes: 4, number: (view, at, little) => view.getFloat32(at, little) },
  float16: { bytes: 2, number: (view, at, little) => float16ToFloat32(view.getUint16(at, little)) },
  bfloat16: { bytes: 2, number: (view, at, little) => bfloat16ToFloat32(view.getUint16(at, little)) },
  int64: { bytes: 8 },
  int32: { bytes: 4 },
  int16: { bytes: 2 },
  int8: { bytes: 1 },
  uint8: { bytes: 1 },
  bool: { bytes: 1 },
} as const satisfies Record<string, Dtype>;

export type DtypeName = keyof typeof dtypes;

export const numberReader = (name: DtypeName): NumberReader | undefined => (dtypes[name] as Dtype).number;
