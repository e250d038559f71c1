/** The phantom's own atlas: the mean chest, on a grid like the COPDGene atlas's. */
import { indexToPoint, type Geometry, type PointLps } from '../../src/imaging/space/geometry.js';
import { landmarkCorners } from '../../src/imaging/atlas/landmark-corners.js';
import type { Atlas } from '../../src/imaging/atlas/atlas.js';
import { LEFT_LUNG, RIGHT_LUNG, voxelCount } from '../../src/imaging/space/volume.js';
import { meanChest, type Surfaces } from './fields.js';

/** 1 mm; y runs from back to front, as in the COPDGene atlas, so that no code may assume a grid along the axes. */
const atlasGeometry: Geometry = {
  size: [340, 260, 312],
  spacing: [1, 1, 1],
  origin: [-169.5, 129.5, -155.5],
  direction: [1, 0, 0, 0, -1, 0, 0, 0, 1],
};

export function phantomAtlas(): Atlas {
  const geometry = atlasGeometry;
  const [nx, ny, nz] = geometry.size;
  const voxels = new Uint8Array(new SharedArrayBuffer(voxelCount(geometry)));
  const at: Surfaces = { cavity: 0, right: 0, left: 0, heart: 0 };
  const chest = meanChest();
  for (let k = 0, voxel = 0; k < nz; k++)
    for (let j = 0; j < ny; j++) {
      const [x0, y, z] = indexToPoint(geometry, [0, j, k]);
      for (let i = 0; i < nx; i++, voxel++) {
        chest.sample(x0 + i, y, z, at);
        if (Math.min(at.right, at.left) < 0) voxels[voxel] = at.right < at.left ? RIGHT_LUNG : LEFT_LUNG;
      }
    }
  const lungs = { voxels, geometry };
  const { cornersXyz } = landmarkCorners(lungs);
  return { lungs, cornersXyz, count: cornersXyz.length / 3 };
}

/** Landmark corners in the mean chest's space, LPS mm. */
export function landmarkPoints({ lungs, cornersXyz, count }: Atlas): PointLps[] {
  return Array.from({ length: count }, (_, i) =>
    indexToPoint(lungs.geometry, [cornersXyz[3 * i], cornersXyz[3 * i + 1], cornersXyz[3 * i + 2]]),
  );
}
