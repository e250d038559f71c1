/** Brings coarse labels to the scan's own voxels; along the border each voxel is judged by its own HU. */
import type { Blocks } from '../../src/imaging/block-mean.js';
import type { RowExtents } from '../../src/imaging/row-extents.js';
import { LEFT_LUNG, RIGHT_LUNG, type CtVolume, type LungLabels } from '../../src/imaging/volume.js';
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

export function paintNative(
  { voxels, geometry }: CtVolume,
  blocks: Blocks,
  labels: Uint8Array,
  coarse: CoarseCt,
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

  function paintRow(spans: readonly Span[], j: number, k: number): void {
    const row = nx * (j + ny * k);
    for (const { code, block, from, to } of spans) {
      if (code !== MIXED) {
        painted.fill(code, row + from, row + to);
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
          extents[2 * (j + ny * k)] = spans[0].from;
          extents[2 * (j + ny * k) + 1] = spans[spans.length - 1].to;
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
