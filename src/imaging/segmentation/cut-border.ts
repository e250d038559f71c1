/** How much of each lung's border lies where the scan ends: there the lung goes on unseen. */
import { anatomicalAxes } from '../space/anatomical-axes.js';
import type { Geometry } from '../space/geometry.js';
import type { RowExtents } from '../labels/row-extents.js';
import { LEFT_LUNG, RIGHT_LUNG, type LungLabels } from '../space/volume.js';

/** Per cent of a lung's border. */
export interface CutBorder {
  /** At the scan's first slices, towards the feet. */
  readonly lower: number;
  /** At its last slices, towards the head. */
  readonly upper: number;
  /** At the edge of the reconstruction circle or of the image, within slices. */
  readonly sides: number;
}

/** Borders are looked at on a lattice of so many mm: thinner than any chest wall. */
const STEP_MM = 2;

/** @param field where each row was measured, as `fieldOfView` tells it; undefined: everywhere */
export function cutBorder(
  { voxels, geometry }: LungLabels,
  extents: RowExtents,
  field: RowExtents | undefined,
): { readonly right: CutBorder; readonly left: CutBorder } {
  const { size, spacing } = geometry;
  const [nx, ny, nz] = size;
  const [sx, sy, sz] = spacing.map((mm) => Math.max(1, Math.round(STEP_MM / mm)));
  const [strideY, strideZ] = [nx * sy, nx * ny * sz];
  const areas = faceAreas(spacing, [sx, sy, sz]);
  const border = [0, 0, 0];
  // For each label, the area cut at the low and the high end of each of the scan's axes.
  const cut = border.map(() => [0, 0, 0, 0, 0, 0]);

  function look(label: number, face: number, inVolume: boolean, x: number, row: number): void {
    const inImage = inVolume && x >= 0 && x < nx;
    if (inImage && voxels[x + nx * row] === label) return; // padding has no label
    border[label] += areas[face >> 1];
    const measured = inImage && (!field || (x >= field[2 * row] && x < field[2 * row + 1]));
    if (!measured) cut[label][face] += areas[face >> 1];
  }

  /** Most of a lung: the label stands all around. */
  const goesOn = (i: number, label: number) =>
    voxels[i + sx] === label &&
    voxels[i - sx] === label &&
    voxels[i + strideY] === label &&
    voxels[i - strideY] === label &&
    voxels[i + strideZ] === label &&
    voxels[i - strideZ] === label;

  for (let z = sz >> 1; z < nz; z += sz) {
    for (let y = sy >> 1; y < ny; y += sy) {
      const row = y + ny * z;
      const inside = y >= sy && y + sy < ny && z >= sz && z + sz < nz;
      for (let x = firstOnLattice(extents[2 * row], sx); x < extents[2 * row + 1]; x += sx) {
        const i = x + nx * row;
        const label = voxels[i];
        if (label === 0 || (inside && x >= sx && x + sx < nx && goesOn(i, label))) continue;
        look(label, 0, true, x - sx, row);
        look(label, 1, true, x + sx, row);
        look(label, 2, y >= sy, x, row - sy);
        look(label, 3, y + sy < ny, x, row + sy);
        look(label, 4, z >= sz, x, row - ny * sz);
        look(label, 5, z + sz < nz, x, row + ny * sz);
      }
    }
  }
  const percentages = (label: number) => byDirection(cut[label], border[label], geometry);
  return { right: percentages(RIGHT_LUNG), left: percentages(LEFT_LUNG) };
}

const faceAreas = ([mx, my, mz]: Geometry['spacing'], [sx, sy, sz]: readonly number[]) => [
  my * sy * mz * sz,
  mx * sx * mz * sz,
  mx * sx * my * sy,
];

const firstOnLattice = (from: number, step: number) =>
  (step >> 1) + step * Math.max(0, Math.ceil((from - (step >> 1)) / step));

function byDirection(cut: readonly number[], border: number, geometry: Geometry): CutBorder {
  const [x, y, z] = anatomicalAxes(geometry).map(({ axis, flipped }) => {
    const ends = cut.slice(2 * axis, 2 * axis + 2).map((area) => (border > 0 ? (100 * area) / border : 0));
    return flipped ? ends.reverse() : ends;
  });
  return { lower: z[0], upper: z[1], sides: x[0] + x[1] + y[0] + y[1] };
}
