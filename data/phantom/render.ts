/** From a subject to its CT and its true lung labels. */
import { determinant3, type Geometry } from '../../src/imaging/space/geometry.js';
import {
  LEFT_LUNG,
  RIGHT_LUNG,
  voxelCount,
  type LungLabels,
  type Volume,
} from '../../src/imaging/space/volume.js';
import { coverage, type Tube } from './distance.js';
import { meanChest, type Surfaces } from './fields.js';
import { emphysema, nodules } from './lesions.js';
import { fissureDistance } from './lungs.js';
import { addNoise, Texture } from './noise.js';
import { paint, voxelWidth } from './paint.js';
import { growPulmonaryTrees } from './pulmonary-trees.js';
import { shoulderGirdle } from './skeleton.js';
import { skinDistance, softTissue } from './soft-tissue.js';
import type { PhantomSubject } from './subject.js';
import { body } from './proportions.js';
import { hu, mix } from './tissue.js';
import { centralAirways, greatVessels, oesophagus } from './tracts.js';
import { GridToMean, meanToSubject } from './warp.js';

export interface Scan {
  readonly ct: Volume<Int16Array<SharedArrayBuffer>>;
  readonly lungs: LungLabels;
}

/** @param geometry along the axes (identity direction). */
export function renderSubject(subject: PhantomSubject, geometry: Geometry): Scan {
  const ct = { voxels: new Int16Array(new SharedArrayBuffer(2 * voxelCount(geometry))), geometry };
  const lungs = { voxels: new Uint8Array(new SharedArrayBuffer(voxelCount(geometry))), geometry };
  const scan = { ct, lungs };
  fillTissue(scan, subject);
  drawTracts(scan, subject);
  addNoise(ct, subject.seed, subject.index);
  return scan;
}

function fillTissue({ ct, lungs }: Scan, subject: PhantomSubject): void {
  const { size, origin, spacing } = ct.geometry;
  const width = voxelWidth(ct.geometry);
  const toMean = new GridToMean(subject, ct.geometry);
  const chest = meanChest();
  const texture = new Texture(subject.seed, subject.index);
  const at: Surfaces = { cavity: 0, right: 0, left: 0, heart: 0 };
  const row = new Float64Array(3 * size[0]);
  const table = tableBelow(subject);
  let voxel = 0;
  for (let k = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++) {
      toMean.row(j, k, row);
      for (let i = 0; i < size[0]; i++, voxel++) {
        const [x, y, z] = [row[3 * i], row[3 * i + 1], row[3 * i + 2]];
        const skin = skinDistance(x, y, z);
        if (skin > width) {
          ct.voxels[voxel] = table(origin[0] + i * spacing[0], origin[1] + j * spacing[1], width);
          continue;
        }
        chest.sample(x, y, z, at);
        const lung = Math.min(at.right, at.left);
        if (lung < 0) lungs.voxels[voxel] = at.right < at.left ? RIGHT_LUNG : LEFT_LUNG;
        const grain = texture.at(x, y, z);
        let value = lung > -width ? softTissue(at, -skin, x, y, z, width) + 4 * grain : 0;
        if (lung < width)
          value = mix(
            value,
            parenchyma(subject.severity, x, y, z, width) + 12 * grain,
            coverage(lung, width),
          );
        ct.voxels[voxel] = mix(value, hu.air, coverage(-skin, width));
      }
    }
}

/** Aerated lung: denser towards the back and the base, thinner in emphysema; the fissures are a faint film. */
function parenchyma(severity: number, x: number, y: number, z: number, width: number): number {
  const tissue = hu.parenchyma - 22 * severity + 0.26 * y - 0.05 * z;
  const film = fissureDistance(x, y, z);
  return film > width
    ? tissue
    : mix(tissue, hu.muscle, Math.min(0.3, 0.22 / width) * coverage(film - width / 2, width));
}

function drawTracts({ ct, lungs }: Scan, subject: PhantomSubject): void {
  const within = lungs.voxels;
  const place = placer(subject);
  const trees = growPulmonaryTrees(subject.seed, subject.index);
  const central = place([...centralAirways, ...trees.bronchi]);
  const peripheral = place(trees.airways);
  paint(ct, place(shoulderGirdle), { hu: (depth) => (depth < 2 ? hu.cortex : hu.marrow), only: 'raise' });
  paint(ct, place(oesophagus), { hu: hu.oesophagus, only: 'raise' });
  paint(ct, place(greatVessels), { hu: hu.blood, only: 'raise' });
  paint(ct, place(emphysema(subject)), { hu: hu.emphysema, only: 'lower', within });
  paint(ct, place(trees.vessels), { hu: hu.vessel, only: 'raise' });
  paint(ct, [...central, ...peripheral].map(walled), { hu: hu.airwayWall, only: 'raise' });
  paint(ct, peripheral, { hu: hu.air, only: 'lower', within });
  paint(ct, central, { hu: hu.air, only: 'lower' });
  paint(ct, place(nodules(subject)), { hu: hu.nodule, only: 'raise', within });
}

/** Wall thickness grows with the lumen (Weibel): 0.5 mm in small airways, 1.5 mm in the trachea. */
const walled = (tube: Tube): Tube => ({
  ...tube,
  startRadius: tube.startRadius * 1.11 + 0.45,
  endRadius: tube.endRadius * 1.11 + 0.45,
});

/** Brings tubes of the mean chest into the subject. */
function placer(subject: PhantomSubject): (tubes: readonly Tube[]) => Tube[] {
  const scale = Math.cbrt(determinant3(subject.affine.matrix));
  return (tubes) =>
    tubes.map(({ from, to, startRadius, endRadius }) => ({
      from: meanToSubject(subject, from),
      to: meanToSubject(subject, to),
      startRadius: scale * startRadius,
      endRadius: scale * endRadius,
    }));
}

/** The table: a curved carbon shell around foam, just below the back. */
function tableBelow(subject: PhantomSubject): (x: number, y: number, width: number) => number {
  const levels = Array.from({ length: 16 }, (_, i) => -150 + 20 * i);
  const lowest = Math.max(...levels.map((z) => meanToSubject(subject, [0, body.back(z), z])[1]));
  return (x, y, width) => {
    const aside = x - subject.isocentre[0];
    const below = y - lowest - 3 + (aside * aside) / 1500;
    const toShell = Math.min(Math.abs(below), Math.abs(y - lowest - 26)) - 1;
    const within = Math.max(-below, y - lowest - 26);
    const core = mix(hu.air, hu.tableCore, coverage(within, width));
    return within < 2 ? mix(core, hu.tableShell, coverage(toShell, width)) : hu.air;
  };
}
