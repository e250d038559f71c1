/** What there is to know about an atlas before a cohort rests on it. */
import { countEdges, patchAdjacency } from './adjacency.js';
import { anatomicalAxes } from '../space/anatomical-axes.js';
import type { Atlas } from './atlas.js';
import { indexToPoint, type Geometry } from '../space/geometry.js';
import { LEFT_LUNG, RIGHT_LUNG } from '../space/volume.js';

/** The size of one lung. */
export interface LungFigures {
  readonly voxels: number;
  readonly litres: number;
}

/** An atlas in figures. */
export interface AtlasFigures {
  readonly right: LungFigures;
  readonly left: LungFigures;
  /** Faces of the grid that lungs reach. */
  readonly facesReached: readonly Face[];
  /** The right lung lies to the left of the left one. */
  readonly sidesSwapped: boolean;
  /** Pairs of different patches that are joined in a subject of the atlas's size, where patches are of 1 mm voxels. */
  readonly edges: number;
  /** Where the grid's axes run. */
  readonly axes: readonly [Direction, Direction, Direction];
  /** Degrees by which an axis strays from that. */
  readonly obliqueDegrees: number;
}

/** One of the six sides of a grid. */
export type Face = 'first x' | 'last x' | 'first y' | 'last y' | 'first z' | 'last z';
/** Where an axis runs in the patient. */
export type Direction = 'left' | 'right' | 'posterior' | 'anterior' | 'superior' | 'inferior';

/** Counts voxels, edges and faces; every voxel is looked at. */
export function atlasFigures({ lungs, cornersXyz, count }: Atlas): AtlasFigures {
  const { geometry, voxels } = lungs;
  const [nx, ny, nz] = geometry.size;
  const tally = { [RIGHT_LUNG]: newTally(), [LEFT_LUNG]: newTally() };
  const low = [nx, ny, nz];
  const high = [-1, -1, -1];
  for (let z = 0, i = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++, i++) {
        const label = voxels[i];
        if (label === 0) continue;
        const lung = tally[label as 1 | 2];
        lung.voxels += 1;
        lung.x += x;
        lung.y += y;
        lung.z += z;
        if (x < low[0]) low[0] = x;
        if (x > high[0]) high[0] = x;
        if (y < low[1]) low[1] = y;
        if (y > high[1]) high[1] = y;
        if (z < low[2]) low[2] = z;
        if (z > high[2]) high[2] = z;
      }
  const faces = (['x', 'y', 'z'] as const).flatMap((axis, i): Face[] => [
    ...(low[i] === 0 ? [`first ${axis}` as const] : []),
    ...(high[i] === geometry.size[i] - 1 ? [`last ${axis}` as const] : []),
  ]);
  const voxelLitres = (geometry.spacing[0] * geometry.spacing[1] * geometry.spacing[2]) / 1e6;
  const figures = ({ voxels }: Tally): LungFigures => ({ voxels, litres: voxels * voxelLitres });
  const leftwardMm = ({ voxels, x, y, z }: Tally): number =>
    indexToPoint(geometry, [x / voxels, y / voxels, z / voxels])[0];
  return {
    right: figures(tally[RIGHT_LUNG]),
    left: figures(tally[LEFT_LUNG]),
    facesReached: faces,
    sidesSwapped: leftwardMm(tally[RIGHT_LUNG]) > leftwardMm(tally[LEFT_LUNG]),
    edges: countEdges(patchAdjacency(cornersXyz.map((corner, i) => corner * geometry.spacing[i % 3])), count),
    ...orientation(geometry),
  };
}

interface Tally {
  voxels: number;
  x: number;
  y: number;
  z: number;
}
const newTally = (): Tally => ({ voxels: 0, x: 0, y: 0, z: 0 });

const DIRECTIONS = [
  ['left', 'right'],
  ['posterior', 'anterior'],
  ['superior', 'inferior'],
] as const;

function orientation(geometry: Geometry): Pick<AtlasFigures, 'axes' | 'obliqueDegrees'> {
  const axes: Direction[] = [];
  let least = 1;
  anatomicalAxes(geometry).forEach(({ axis, flipped }, patient) => {
    axes[axis] = DIRECTIONS[patient][flipped ? 1 : 0];
    least = Math.min(least, Math.abs(geometry.direction[3 * patient + axis]));
  });
  return { axes: [axes[0], axes[1], axes[2]], obliqueDegrees: (Math.acos(least) * 180) / Math.PI };
}
