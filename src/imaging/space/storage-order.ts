/** Storage order: where a grid's index axes run, as three letters. "LAS": to the patient's left, to the front, to the head. */
import { anatomicalAxes } from './anatomical-axes.js';
import type { Geometry } from './geometry.js';

type X = 'L' | 'R';
type Y = 'P' | 'A';
type Z = 'S' | 'I';
/** One of 48: a letter an index axis, the direction that it runs to. An oblique axis has its nearest. */
export type StorageOrder =
  `${X}${Y}${Z}` | `${X}${Z}${Y}` | `${Y}${X}${Z}` | `${Y}${Z}${X}` | `${Z}${X}${Y}` | `${Z}${Y}${X}`;

/** By LPS axis: its own direction, and the opposite. */
const LETTERS = ['LR', 'PA', 'SI'] as const;

/** Towards which side of the patient each index axis runs most, fastest axis first: `LPS`. */
export function storageOrderOf(geometry: Geometry): StorageOrder {
  const letters = ['', '', ''];
  anatomicalAxes(geometry).forEach(
    ({ axis, flipped }, patient) => (letters[axis] = LETTERS[patient][flipped ? 1 : 0]),
  );
  return letters.join('') as StorageOrder;
}

/** An index axis of a storage order: along which LPS axis it runs, and whether against it. */
export interface OrderedAxis {
  readonly patient: 0 | 1 | 2;
  readonly reversed: boolean;
}

/** By index axis. */
export function axesOf(order: StorageOrder): readonly OrderedAxis[] {
  return Array.from(order).map((letter) => {
    const patient = LETTERS.findIndex((pair) => pair.includes(letter)) as 0 | 1 | 2;
    return { patient, reversed: LETTERS[patient].indexOf(letter) === 1 };
  });
}

/** Whether three letters name one of the 48. */
export function isStorageOrder(code: string): code is StorageOrder {
  return (
    code.length === 3 && LETTERS.every((pair) => Array.from(code).some((letter) => pair.includes(letter)))
  );
}

/** All 48. */
export const STORAGE_ORDERS: readonly StorageOrder[] = product(LETTERS.join('')).filter(isStorageOrder);

function product(letters: string): string[] {
  const pairs = Array.from(letters).flatMap((a) => Array.from(letters).map((b) => a + b));
  return pairs.flatMap((pair) => Array.from(letters).map((c) => pair + c));
}
