/** Turns stored bytes, as they arrive, into the voxels of one volume: int16 while that is exact, float32 from then on. */
import { inputError } from '../../core/errors.js';
import { sharedMemory } from '../../core/shared-memory.js';
import { AIR_HU, voxelCount } from '../../imaging/space/volume.js';
import { HOST_IS_LITTLE_ENDIAN, type NumberArray } from './datatype.js';
import type { NiftiHeader } from './header.js';

type Voxels = Int16Array<SharedArrayBuffer> | Float32Array<SharedArrayBuffer>;

export interface VoxelSink {
  /** @throws LungflowError `nifti-trailing` when much more comes than the header announces */
  push(bytes: Uint8Array): void;
  /** @throws LungflowError `nifti-truncated` when less came */
  finish(): FilledVoxels & {
    /** Bytes behind the voxels, which were ignored. */
    readonly trailing: number;
  };
}

interface FilledVoxels {
  readonly voxels: Voxels;
  readonly nonFinite: number;
}

/** Takes the bytes of all voxels, no more and no fewer. */
interface ExactSink {
  push(bytes: Uint8Array): void;
  finish(): FilledVoxels;
}

/** Padding to a block, or a line end; what is longer may be voxels that the header does not know of. */
const TRAILING_MOST_BYTES = 512;

const BLOCK_BYTES = 1 << 20;
const INT16 = [-32768, 32767] as const;

/** Whether the header alone proves that all voxels will be int16. */
export function isSurelyInt16({ datatype, slope, intercept }: NiftiHeader): boolean {
  const scaled = datatype.range.map((value) => value * slope + intercept);
  return (
    datatype.whole &&
    Number.isInteger(slope) &&
    Number.isInteger(intercept) &&
    scaled.every((value) => value >= INT16[0] && value <= INT16[1])
  );
}

export function createVoxelSink(header: NiftiHeader): VoxelSink {
  const { datatype, littleEndian, slope, intercept } = header;
  const asStored = datatype.name === 'int16' && littleEndian === HOST_IS_LITTLE_ENDIAN;
  const sink = asStored && slope === 1 && intercept === 0 ? copyingSink(header) : convertingSink(header);
  let [left, trailing] = [voxelCount(header.geometry) * datatype.bytes, 0];
  return {
    push(bytes) {
      const own = bytes.subarray(0, left);
      left -= own.length;
      trailing += bytes.length - own.length;
      if (trailing > TRAILING_MOST_BYTES) throw tooMuch();
      sink.push(own);
    },
    finish() {
      if (left > 0) throw truncated();
      return { ...sink.finish(), trailing };
    },
  };
}

function copyingSink({ geometry }: NiftiHeader): ExactSink {
  const voxels = int16s(voxelCount(geometry));
  const bytes = new Uint8Array(voxels.buffer);
  let at = 0;
  return {
    push(chunk) {
      bytes.set(chunk, at);
      at += chunk.length;
    },
    finish: () => ({ voxels, nonFinite: 0 }),
  };
}

function convertingSink({ geometry, datatype, littleEndian, slope, intercept }: NiftiHeader): ExactSink {
  const count = voxelCount(geometry);
  const memory = new ArrayBuffer(BLOCK_BYTES); // aligned, and a whole number of elements of any type
  const block = Buffer.from(memory);
  const swap = swapper(littleEndian === HOST_IS_LITTLE_ENDIAN ? 1 : datatype.bytes);
  let voxels: Voxels = int16s(count);
  let [filled, at, nonFinite] = [0, 0, 0];

  function flush(): void {
    swap(block.subarray(0, filled));
    const values = datatype.values(memory, filled / datatype.bytes);
    let from = 0;
    if (voxels instanceof Int16Array) {
      from = toInt16(values, voxels, at);
      if (from < values.length) voxels = widened(voxels, at + from);
    }
    if (voxels instanceof Float32Array) toFloat32(values, from, voxels, at);
    at += values.length;
    filled = 0;
  }

  /** @returns how many values were stored before one that int16 cannot hold exactly */
  function toInt16(values: NumberArray, to: Int16Array, offset: number): number {
    for (let i = 0; i < values.length; i++) {
      const value = values[i] * slope + intercept;
      if (value === (value << 16) >> 16) to[offset + i] = value;
      else if (Number.isFinite(value)) return i;
      else {
        to[offset + i] = AIR_HU;
        nonFinite += 1;
      }
    }
    return values.length;
  }

  function toFloat32(values: NumberArray, from: number, to: Float32Array, offset: number): void {
    for (let i = from; i < values.length; i++) {
      const value = Math.fround(values[i] * slope + intercept);
      const finite = Number.isFinite(value);
      to[offset + i] = finite ? value : AIR_HU;
      if (!finite) nonFinite += 1;
    }
  }

  return {
    push(chunk) {
      for (let taken = 0; taken < chunk.length;) {
        const part = chunk.subarray(taken, taken + BLOCK_BYTES - filled);
        block.set(part, filled);
        filled += part.length;
        taken += part.length;
        if (filled === BLOCK_BYTES) flush();
      }
    },
    finish() {
      flush();
      return { voxels, nonFinite };
    },
  };
}

/** What int16 held so far is exact in float32 too, so nothing needs to be read again. */
function widened(voxels: Int16Array, count: number): Float32Array<SharedArrayBuffer> {
  const wide = float32s(voxels.length);
  wide.set(voxels.subarray(0, count));
  return wide;
}

const int16s = (count: number) => new Int16Array(sharedMemory(2 * count));
const float32s = (count: number) => new Float32Array(sharedMemory(4 * count));

function swapper(bytes: 1 | 2 | 4 | 8): (block: Buffer) => void {
  return {
    1: () => undefined,
    2: (block: Buffer) => void block.swap16(),
    4: (block: Buffer) => void block.swap32(),
    8: (block: Buffer) => void block.swap64(),
  }[bytes];
}

const truncated = () =>
  inputError(
    'nifti-truncated',
    'The file holds fewer voxels than its header announces.',
    'Copy or convert it again.',
  );

const tooMuch = () =>
  inputError(
    'nifti-trailing',
    'Something follows the voxels that the header announces.',
    'Header and voxels do not belong together; convert the scan again from DICOM.',
  );
