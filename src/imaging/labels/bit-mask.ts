/** Masks of one bit a voxel, 32 to a word: each row begins with a new word, and the bits beyond its end are 0. */
import type { Grid } from '../space/grid.js';

export interface BitMask {
  readonly words: Int32Array;
  readonly wordsPerRow: number;
  readonly size: Grid['size'];
}

export function packMask(mask: Uint8Array, size: Grid['size']): BitMask {
  const [nx, ny, nz] = size;
  const packed = emptyMask(size);
  const { words, wordsPerRow } = packed;
  for (let row = 0, i = 0; row < ny * nz; row++) {
    for (let x = 0; x < nx; x++, i++) {
      if (mask[i] !== 0) words[row * wordsPerRow + (x >> 5)] |= 1 << (x & 31);
    }
  }
  return packed;
}

export function unpackMask({ words, wordsPerRow, size: [nx, ny, nz] }: BitMask): Uint8Array {
  const mask = new Uint8Array(nx * ny * nz);
  for (let row = 0, i = 0; row < ny * nz; row++) {
    for (let x = 0; x < nx; x += 32) {
      const length = Math.min(32, nx - x);
      const word = words[row * wordsPerRow + (x >> 5)];
      if (word !== 0) for (let bit = 0; bit < length; bit++) mask[i + bit] = (word >> bit) & 1;
      i += length;
    }
  }
  return mask;
}

export function emptyMask(size: Grid['size']): BitMask {
  const wordsPerRow = Math.ceil(size[0] / 32);
  return { words: new Int32Array(wordsPerRow * size[1] * size[2]), wordsPerRow, size };
}

export function inverseMask({ words, wordsPerRow, size }: BitMask): BitMask {
  const inverse = words.map((word) => ~word);
  clearBeyondRows(inverse, wordsPerRow, size);
  return { words: inverse, wordsPerRow, size };
}

/** The mask and its neighbours along x. */
export function widenMask({ words, wordsPerRow, size }: BitMask): BitMask {
  const wide = new Int32Array(words.length);
  for (let row = 0; row < words.length; row += wordsPerRow) {
    for (let w = 0; w < wordsPerRow; w++) {
      const word = words[row + w];
      const before = w > 0 ? words[row + w - 1] >>> 31 : 0;
      const after = w < wordsPerRow - 1 ? words[row + w + 1] << 31 : 0;
      wide[row + w] = word | (word << 1) | before | (word >>> 1) | after;
    }
  }
  clearBeyondRows(wide, wordsPerRow, size);
  return { words: wide, wordsPerRow, size };
}

function clearBeyondRows(words: Int32Array, wordsPerRow: number, [nx]: Grid['size']): void {
  if (nx % 32 === 0) return;
  const inside = (1 << (nx % 32)) - 1;
  for (let last = wordsPerRow - 1; last < words.length; last += wordsPerRow) words[last] &= inside;
}
