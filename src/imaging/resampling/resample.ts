/** Worker side of `resample`: cubic B-spline interpolation of a scan on an isotropic grid (reference sections 4 and 9). */
import { memoryPlan } from '../../kernels/memory-plan.js';
import { scratchMemory } from '../../kernels/scratch-memory.js';
import { samplesUnder, tapsAt, type Range, type Taps } from './b-spline.js';
import { CHUNK, planWindow, REACH, windowBytes, type Strip } from './coefficient-window.js';
import { indexToPoint, pointToIndex, type Geometry } from '../space/geometry.js';
import type { NeededVoxels } from './needed-voxels.js';
import { planInterpolator, type Slab } from './strip-interpolator.js';
import type { CtVolume } from '../space/volume.js';

/**
 * A window of coefficients takes no more: what needs a larger one is resampled in strips, one after the other. It makes up
 * most of the thread's scratch memory; slices and rows on their way add some 8 MB to it.
 */
const MOST_WINDOW_BYTES = 64e6;

/**
 * Fills columns [from, to) of the box `needed`, HU clamped to [`AIR_HU`, `HIGHEST_HU`]: cut off towards zero when `out` is int16, as
 * ITK does for an integer image; unrounded when it is float32. Voxels outside the scan or the rectangles keep what they
 * hold. A value depends neither on the box nor on how its columns are divided among calls.
 * @param iso the whole isotropic grid, without padding: same origin and direction as the scan
 */
export function resampleColumns(
  scan: CtVolume,
  iso: Geometry,
  needed: NeededVoxels,
  out: Int16Array<SharedArrayBuffer> | Float32Array<SharedArrayBuffer>,
  from: number,
  to: number,
): void {
  const { lowXyz: low, highXyz: high } = needed;
  const { geometry } = scan;
  const along = (axis: 0 | 1 | 2) => tapsAt(positionsAlong(axis, geometry, iso), geometry.size[axis]);
  const taps = [along(0), along(1), along(2)] as const;
  const [across, down, deep] = [
    clip({ from: low[0] + from, to: low[0] + to }, taps[0]),
    clip({ from: low[1], to: high[1] }, taps[1]),
    clip({ from: low[2], to: high[2] }, taps[2]),
  ];
  if ([across, down, deep].some((range) => range.from >= range.to)) return;

  const [columns, rows] = [samplesUnder(taps[0], across), samplesUnder(taps[1], down)];
  const strips = Math.ceil(windowBytes(columns.to - columns.from, rows.to - rows.from) / MOST_WINDOW_BYTES);
  const cut = (strip: number) => across.from + Math.round(((across.to - across.from) * strip) / strips);
  for (let strip = 0; strip < strips; strip++) {
    const part = { from: cut(strip), to: cut(strip + 1) };
    if (part.from < part.to) resampleStrip(scan, taps, part, down, deep, needed, out);
  }
}

/** Voxels `across` of the rows `down` and the slices `deep`. */
function resampleStrip(
  scan: CtVolume,
  taps: readonly [Taps, Taps, Taps],
  across: Range,
  down: Range,
  deep: Range,
  { lowXyz: low, highXyz: high, rectangles }: NeededVoxels,
  out: Int16Array<SharedArrayBuffer> | Float32Array<SharedArrayBuffer>,
): void {
  const [tx, ty, tz] = taps;
  const strip: Strip = {
    columns: samplesUnder(tx, across),
    rows: samplesUnder(ty, down),
    slices: samplesUnder(tz, deep),
  };
  const slabs = slabsOf(strip.slices, tz, deep).map((slab) => ({
    ...slab,
    ...rectanglesOf(slab.wanted, across, ty, rectangles.subarray(4 * (slab.wanted.from - low[2]))),
  }));
  const mostSlices = Math.max(...slabs.map(({ wanted }) => wanted.to - wanted.from));
  const plan = memoryPlan();
  const openWindow = planWindow(scan, strip, plan);
  const openInterpolator = planInterpolator(taps, strip, across, mostSlices, out instanceof Int16Array, plan);
  const memory = scratchMemory(plan.bytes);
  const window = openWindow(memory);
  const interpolator = openInterpolator(memory);
  const [width, height] = [high[0] - low[0], high[1] - low[1]];
  const lastSample = Int32Array.from({ length: down.to }, (_, j) =>
    j < down.from ? 0 : samplesUnder(ty, { from: j, to: j + 1 }).to - 1,
  );

  for (const slab of slabs) {
    window.advance(slab.slices.to);
    interpolator.begin(slab);
    const { rows, used } = extent(slab);
    let j = rows.from;
    for (let row = used.from; row < used.to; row++) {
      window.finish(row, slab.slices, interpolator.room(row));
      interpolator.take(row);
      for (; j < rows.to && lastSample[j] <= row; j++) keep(slab, j);
    }
  }

  function keep({ wanted, rectangles }: Slab, j: number): void {
    const values = interpolator.row(j);
    for (let k = wanted.from; k < wanted.to; k++) {
      const [x0, x1, y0, y1] = rectangles.subarray(4 * (k - wanted.from));
      if (j < y0 || j >= y1 || x0 >= x1) continue;
      const from = (k - wanted.from) * (across.to - across.from) - across.from;
      const at = x0 - low[0] + width * (j - low[1] + height * (k - low[2]));
      out.set(values.subarray(from + x0, from + x1), at);
    }
  }
}

/** Divides interpolated slices by when the scan's slices that they need are finished, `CHUNK` at a time. */
function slabsOf(slices: Range, tz: Taps, deep: Range): Pick<Slab, 'wanted' | 'slices'>[] {
  const slabs: Pick<Slab, 'wanted' | 'slices'>[] = [];
  let k = deep.from;
  for (let from = slices.from; k < deep.to; from += CHUNK) {
    const to = Math.min(slices.to, from + CHUNK);
    const first = k;
    while (k < deep.to && samplesUnder(tz, { from: k, to: k + 1 }).to <= to) k++;
    slabs.push({ wanted: { from: first, to: k }, slices: { from: Math.max(slices.from, from - REACH), to } });
  }
  return slabs;
}

/** The rectangles of some slices, as far as they lie in the scan and the columns `across`, and the rows under each. */
function rectanglesOf(wanted: Range, across: Range, ty: Taps, all: Int32Array) {
  const count = wanted.to - wanted.from;
  const rectangles = new Int32Array(4 * count);
  const used = new Int32Array(2 * count);
  for (let k = 0; k < count; k++) {
    const [x0, x1, y0, y1] = all.subarray(4 * k);
    const x = { from: Math.max(x0, across.from), to: Math.min(x1, across.to) };
    const y = clip({ from: y0, to: y1 }, ty);
    if (x.from >= x.to || y.from >= y.to) continue;
    rectangles.set([x.from, x.to, y.from, y.to], 4 * k);
    const { from, to } = samplesUnder(ty, y);
    used.set([from, to], 2 * k);
  }
  return { rectangles, used };
}

/** Interpolated rows, and the scan's rows, that some slice of a slab holds. */
function extent({ rectangles, used }: Slab): { rows: Range; used: Range } {
  const over = (table: Int32Array, stride: number, at: number): Range => {
    let [from, to] = [Infinity, 0];
    for (let i = at; i < table.length; i += stride) {
      if (table[i] >= table[i + 1]) continue;
      from = Math.min(from, table[i]);
      to = Math.max(to, table[i + 1]);
    }
    return { from, to };
  };
  return { rows: over(rectangles, 4, 2), used: over(used, 2, 0) };
}

/** Where the isotropic grid's voxels lie along one of the scan's axes, as ITK's ResampleImageFilter computes it. */
function positionsAlong(axis: 0 | 1 | 2, scan: Geometry, iso: Geometry): Float64Array {
  const count = iso.size[axis];
  const position = (i: number) => {
    const indexXyz = [0, 0, 0] as [number, number, number];
    indexXyz[axis] = i;
    return pointToIndex(scan, indexToPoint(iso, indexXyz))[axis];
  };
  if (axis !== 0) return Float64Array.from({ length: count }, (_, i) => position(i));
  const [first, end] = [position(0), position(count)]; // along x it goes from end to end
  return Float64Array.from({ length: count }, (_, i) => first + (i / count) * (end - first));
}

const clip = ({ from, to }: Range, { inside }: Taps): Range => ({ from, to: Math.min(to, inside) });
