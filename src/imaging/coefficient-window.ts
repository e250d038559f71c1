/** B-spline coefficients of a scan, a window of slices at a time: a whole scan of them would take gigabytes. */
import {
  causalReach,
  DECAY,
  passAnticausal,
  startAnticausal,
  startCausal,
  stepAnticausal,
  stepCausal,
} from './b-spline.js';
import { sliceFilter, type Range } from './slice-coefficients.js';

/** Slices finished at a time. */
const CHUNK = 32;
/** An interpolated slice reaches so many slices back from the newest that it uses. */
const REACH = 3;
/** Slices held at once. */
const HELD = CHUNK + DECAY + REACH;
/** Voxels filtered along z together: few enough to stay in the processor's cache. */
const TILE = 1024;

/** Bytes of a window over so many columns and rows. */
export const windowBytes = (columns: number, rows: number): number => 8 * HELD * columns * rows;

export interface CoefficientWindow {
  /** Holds the finished slices' coefficients, `[y, x]`, wanted rows and columns only. */
  readonly planes: Float64Array;
  /** Where slice z begins in `planes`. */
  at(z: number): number;
  /** Finishes the next slices, forgets the oldest but `REACH`, and tells below which slice all are finished. */
  advance(): number;
}

/**
 * @param size of the scan, at least 2 voxels along each axis
 * @param slices whose coefficients are wanted; filtering begins `DECAY` slices before and ends as many after
 */
export function coefficientWindow(
  voxels: Int16Array | Float32Array,
  size: readonly [number, number, number],
  columns: Range,
  rows: Range,
  slices: Range,
): CoefficientWindow {
  const fill = sliceFilter(voxels, size, columns, rows);
  const plane = (columns.to - columns.from) * (rows.to - rows.from);
  const planes = new Float64Array(plane * Math.min(HELD, size[2]));
  const at = (z: number) => plane * (z % HELD);

  const begin = Math.max(0, slices.from - DECAY);
  let causal = begin; // slices below have their causal values
  let finished = slices.from; // slices below have their coefficients

  function filterForward(end: number): void {
    if (causal === begin) {
      // As if the scan began here: when it does not, that is forgotten before the first wanted slice.
      const first = Array.from({ length: causalReach(size[2] - begin) }, (_, i) => begin + i);
      for (const z of first) fill(z, planes, at(z));
      startCausal(planes, first.map(at), plane);
      for (const z of first.slice(1)) stepCausal(planes, at(z), at(z - 1), plane);
      causal += first.length;
    }
    for (; causal < end; causal++) {
      fill(causal, planes, at(causal));
      stepCausal(planes, at(causal), at(causal - 1), plane);
    }
  }

  /** From slice `end` - 1 backwards: slices [from, to) are finished, those above only passed through. */
  function filterBackward(from: number, to: number, end: number): void {
    const passing = new Float64Array(TILE);
    for (let tile = 0; tile < plane; tile += TILE) {
      const width = Math.min(TILE, plane - tile);
      const row = (z: number) => tile + at(z);
      startAnticausal(planes, row(end - 1), row(end - 2), width, passing);
      for (let z = end - 2; z >= to - 1; z--) passAnticausal(planes, row(z), width, passing);
      planes.set(passing.subarray(0, width), row(to - 1));
      for (let z = to - 2; z >= from; z--) stepAnticausal(planes, row(z), row(z + 1), width);
    }
  }

  return {
    planes,
    at,
    advance() {
      const end = Math.min(size[2], finished + CHUNK + DECAY);
      // Once the scan's last slice is held nothing more will come: the rest is finished at one go.
      const to = end === size[2] ? slices.to : Math.min(slices.to, finished + CHUNK);
      filterForward(end);
      filterBackward(finished, to, end);
      return (finished = to);
    },
  };
}
