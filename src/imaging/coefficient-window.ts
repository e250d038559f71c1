/** B-spline coefficients of a scan, a window of slices at a time: a whole scan of them would take gigabytes. */
import {
  applyGain,
  causalReach,
  DECAY,
  finishRow,
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

  function load(z: number): void {
    fill(z, planes, at(z));
    applyGain(planes, at(z), plane);
  }

  function filterForward(end: number): void {
    if (causal === begin && begin === 0) {
      const first = Array.from({ length: causalReach(size[2]) }, (_, z) => z);
      first.forEach(load);
      startCausal(planes, first.map(at), plane);
      for (const z of first.slice(1)) stepCausal(planes, at(z), at(z - 1), plane);
      causal = first.length;
    } else if (causal === begin) load(causal++);
    for (; causal < end; causal++) {
      load(causal);
      stepCausal(planes, at(causal), at(causal - 1), plane);
    }
  }

  /** From slice `end` - 1 backwards: slices [from, to) are finished, those above only passed through. */
  function filterBackward(from: number, to: number, end: number): void {
    const coefficients = new Float64Array(TILE);
    for (let tile = 0; tile < plane; tile += TILE) {
      const width = Math.min(TILE, plane - tile);
      startAnticausal(planes, tile + at(end - 1), tile + at(end - 2), width, coefficients);
      if (end === to) planes.set(coefficients.subarray(0, width), tile + at(end - 1));
      for (let z = end - 2; z >= to; z--) stepAnticausal(planes, tile + at(z), width, coefficients);
      for (let z = Math.min(to, end - 1) - 1; z >= from; z--) {
        finishRow(planes, tile + at(z), width, coefficients);
      }
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
