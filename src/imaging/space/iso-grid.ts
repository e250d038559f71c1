/** The isotropic grid a scan is resampled to, the same grid padded, and where patches lie on it (reference section 4). */
import { indexToPoint, pointToIndex, type Geometry, type IndexXyz, type PointLps } from './geometry.js';

/** Voxels of air added on all six sides; never stored. */
export const PAD = 60;
/** Soft tissue and denser look alike to the network. */
export const HIGHEST_HU = 240;

/** Same origin and direction as the scan; the last slice gives only its centre, as in the published pipeline. */
export function isoGrid({ size, spacing, origin, direction }: Geometry, isoSpacing: number): Geometry {
  const extent = [size[0] * spacing[0], size[1] * spacing[1], (size[2] - 1) * spacing[2]];
  const [nx, ny, nz] = extent.map((mm) => Math.floor(mm / isoSpacing));
  return { size: [nx, ny, nz], spacing: [isoSpacing, isoSpacing, isoSpacing], origin, direction };
}

/** The grid with `PAD` more voxels on every side. */
export function paddedGrid(iso: Geometry): Geometry {
  return boxOfGrid(iso, { lowXyz: [-PAD, -PAD, -PAD], highXyz: mapXyz((n) => n + PAD, iso.size) });
}

/** Voxels `lowXyz` to `highXyz` of some grid, the latter excluded. */
export interface Box {
  readonly lowXyz: IndexXyz;
  readonly highXyz: IndexXyz;
}

/** The grid of a box's voxels: its origin is the box's low corner. */
export function boxOfGrid(grid: Geometry, { lowXyz, highXyz }: Box): Geometry {
  return {
    ...grid,
    size: mapXyz((high, low) => high - low, highXyz, lowXyz),
    origin: indexToPoint(grid, lowXyz),
  };
}

/**
 * Low corner of each landmark's patch: its index on the padded grid, rounded half up per axis.
 * @param landmarksLps `[count, 3]`
 * @returns `[count, 3]`, (x, y, z)
 */
export function patchCorners(landmarksLps: Float64Array, padded: Geometry): Int32Array<SharedArrayBuffer> {
  const cornersXyz = new Int32Array(new SharedArrayBuffer(4 * landmarksLps.length));
  for (let i = 0; i < landmarksLps.length; i += 3) {
    const pointLps: PointLps = [landmarksLps[i], landmarksLps[i + 1], landmarksLps[i + 2]];
    cornersXyz.set(
      mapXyz((x) => Math.floor(x + 0.5), pointToIndex(padded, pointLps)),
      i,
    );
  }
  return cornersXyz;
}

export function mapXyz(
  f: (a: number, b: number) => number,
  a: readonly [number, number, number],
  b: readonly [number, number, number] = a,
): [number, number, number] {
  return [f(a[0], b[0]), f(a[1], b[1]), f(a[2], b[2])];
}
