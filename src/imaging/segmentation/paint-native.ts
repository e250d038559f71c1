/** Brings coarse labels to the scan's own voxels; along the border each voxel is judged by its own HU. */
import type { Blocks } from '../resampling/block-mean.js';
import type { RowExtents } from '../labels/row-extents.js';
import { LEFT_LUNG, RIGHT_LUNG, type CtVolume, type LungLabels } from '../space/volume.js';
import type { CoarseCt } from './coarse-ct.js';
import { MIXED, paintOf } from './paint-of.js';

export interface PaintedLungs {
  readonly lungs: LungLabels;
  /** Where in each row the lungs lie. */
  readonly extents: RowExtents;
}

/** Blocks side by side that are painted alike. */
interface Span {
  readonly code: number;
  readonly block: number;
  /** Voxels along x. */
  readonly from: number;
  to: number;
}

/** @param field where in each row the scan was measured: padding is never painted; undefined: everywhere */
export function paintNative(
  { voxels, geometry }: CtVolume,
  blocks: Blocks,
  labels: Uint8Array,
  coarse: CoarseCt,
  field: RowExtents | undefined,
): PaintedLungs {
  const { airBelowHu } = coarse;
  const paint = paintOf(labels, coarse);
  const painted = new Uint8Array(new SharedArrayBuffer(voxels.length));
  const [nx, ny, nz] = geometry.size;
  const extents = new Int32Array(2 * ny * nz);
  const [xCuts, yCuts, zCuts] = blocks.cuts;
  const [xs, ys, zs] = blocks.offsets;
  const steps = xCuts.subarray(0, -1).map((i) => xs[i]);
  const [towardsX, towardsY, towardsZ] = blocks.towards;

  const measured = (row: number): readonly [number, number] =>
    field ? [field[2 * row], field[2 * row + 1]] : [0, nx];

  function paintRow(spans: readonly Span[], j: number, k: number): void {
    const row = nx * (j + ny * k);
    const [first, end] = measured(j + ny * k);
    for (const span of spans) {
      const { code, block } = span;
      const [from, to] = [Math.max(span.from, first), Math.min(span.to, end)];
      if (code !== MIXED) {
        if (from < to) painted.fill(code, row + from, row + to);
        continue;
      }
      const own = labels[block];
      const beside = labels[block + towardsY[j]] | labels[block + towardsZ[k]];
      for (let i = from; i < to; i++) {
        if (voxels[row + i] >= airBelowHu) continue;
        const claims = own !== 0 ? own : beside | labels[block + towardsX[i]];
        if (claims !== (RIGHT_LUNG | LEFT_LUNG)) painted[row + i] = claims; // between both: neither's
      }
    }
  }

  for (let c = 0; c < zCuts.length - 1; c++) {
    for (let b = 0; b < yCuts.length - 1; b++) {
      const spans = spansOf(paint, ys[yCuts[b]] + zs[zCuts[c]], steps, xCuts);
      if (spans.length === 0) continue;
      for (let k = zCuts[c]; k < zCuts[c + 1]; k++) {
        for (let j = yCuts[b]; j < yCuts[b + 1]; j++) {
          paintRow(spans, j, k);
          const [first, end] = measured(j + ny * k);
          const [from, to] = [Math.max(spans[0].from, first), Math.min(spans[spans.length - 1].to, end)];
          if (from < to) extents.set([from, to], 2 * (j + ny * k));
        }
      }
    }
  }
  return { lungs: { voxels: painted, geometry }, extents };
}

/** What is to be painted of the blocks at `base + steps[a]`, which begin along x at `cuts[a]`. */
function spansOf(paint: Uint8Array, base: number, steps: Int32Array, cuts: Int32Array): Span[] {
  const spans: Span[] = [];
  let last: Span | undefined;
  for (let a = 0; a < steps.length; a++) {
    const block = base + steps[a];
    const code = paint[block];
    if (code === 0) continue;
    const [from, to] = [cuts[a], cuts[a + 1]];
    if (last && code !== MIXED && last.code === code && last.to === from) last.to = to;
    else spans.push((last = { code, block, from, to }));
  }
  return spans;
}
