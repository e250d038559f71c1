/** A geometric chest with everything that misleads a threshold: touching lungs, airways, bowel gas, a foam table, nodules. */
import type { Geometry, PointLps } from '../../../src/imaging/space/geometry.js';
import { LEFT_LUNG, RIGHT_LUNG, type CtVolume, type LungLabels } from '../../../src/imaging/space/volume.js';

export interface ChestOptions {
  readonly spacing: readonly [number, number, number];
  readonly rightLung?: boolean;
  readonly leftLung?: boolean;
  readonly airway?: boolean;
}

export interface Chest {
  readonly ct: CtVolume;
  /** Right and left by construction: vessels and nodules inside, airways out. */
  readonly truth: LungLabels;
}

const HU = { outside: -1000, tissue: 40, lung: -850, lumen: -990, membrane: -650, foam: -900, shell: 50 };
const WIDTH_MM = [330, 260, 270] as const;

export const places = {
  trachea: [0, 10, 240],
  wallNodule: [-137, 5, 135],
  vessel: [70, 10, 140],
  bowelGas: [60, -40, 14],
  foam: [0, 122, 135],
} as const satisfies Record<string, PointLps>;

export function syntheticChest({
  spacing,
  rightLung = true,
  leftLung = true,
  airway = true,
}: ChestOptions): Chest {
  const size = WIDTH_MM.map((mm, a) => Math.round(mm / spacing[a])) as [number, number, number];
  const geometry: Geometry = {
    size,
    spacing,
    origin: [-WIDTH_MM[0] / 2, -125, 0],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  };
  const count = size[0] * size[1] * size[2];
  const hu = new Int16Array(new SharedArrayBuffer(2 * count));
  const labels = new Uint8Array(new SharedArrayBuffer(count));
  let index = 0;
  for (let k = 0; k < size[2]; k++) {
    for (let j = 0; j < size[1]; j++) {
      for (let i = 0; i < size[0]; i++, index++) {
        const x = geometry.origin[0] + i * spacing[0];
        const y = geometry.origin[1] + j * spacing[1];
        const z = k * spacing[2];
        const side = lungAt(x, y, z);
        const present = side === RIGHT_LUNG ? rightLung : side === LEFT_LUNG && leftLung;
        const tube = airway ? airwayDistance(x, y, z) : Infinity;
        if (present && tube > 2) labels[index] = side;
        const value = present || side === 0 || tube <= 2 ? huAt(x, y, z, side, tube, spacing[0]) : HU.tissue;
        hu[index] = value + noiseAt(index);
      }
    }
  }
  return { ct: { voxels: hu, geometry }, truth: { voxels: labels, geometry } };
}

/** -4 to 4 HU: a scan without noise would be taken for padding where a value goes on. */
const noiseAt = (index: number): number => ((Math.imul(index + 1, 0x9e3779b1) >>> 16) % 9) - 4;

function huAt(x: number, y: number, z: number, side: number, tube: number, step: number): number {
  if ((x / 155) ** 4 + (y / 105) ** 4 > 1) return tableAt(x, y);
  if (tube <= 0) return HU.lumen;
  if (tube <= 2) return HU.tissue;
  if (inBall(x, y, z, places.bowelGas, 13)) return HU.lumen;
  if (side === 0) return HU.tissue;
  if (inBall(x, y, z, places.wallNodule, 6) || inBall(x, y, z, places.vessel, 5)) return HU.tissue;
  return Math.abs(x - junctionX(y)) <= step / 2 ? HU.membrane : HU.lung;
}

/** Where the lungs touch in front of and behind the mediastinum: a slanted sheet, the right lung reaching over in front. */
const junctionX = (y: number): number => 6 - 0.15 * y;

function lungAt(x: number, y: number, z: number): number {
  const across = (Math.abs(x) - 58) / 84;
  if (across ** 2 + (y / 90) ** 2 + ((z - 145) / 112) ** 2 >= 1) return 0;
  if (inEllipse(x, y - 5, 34, 48)) return 0; // mediastinum
  return x < junctionX(y) ? RIGHT_LUNG : LEFT_LUNG;
}

/** Distance to the wall of trachea and main bronchi, mm; negative in the lumen. */
function airwayDistance(x: number, y: number, z: number): number {
  const trachea = z >= 165 ? Math.hypot(x, y - 10) - 9 : Infinity;
  const along = Math.min(1, Math.max(0, (Math.abs(x) + 0.5 * (168 - z)) / 50));
  const bronchus = Math.hypot(Math.abs(x) - 40 * along, y - 10, z - (168 - 20 * along)) - 6;
  return Math.min(trachea, bronchus);
}

/** A slab of foam in a thin shell, along the whole scan. */
function tableAt(x: number, y: number): number {
  if (Math.abs(x) > 120 || y < 112 || y > 132) return HU.outside;
  return Math.abs(x) < 117 && y > 115 && y < 129 ? HU.foam : HU.shell;
}

const inEllipse = (x: number, y: number, a: number, b: number): boolean => (x / a) ** 2 + (y / b) ** 2 < 1;
const inBall = (x: number, y: number, z: number, [cx, cy, cz]: PointLps, r: number): boolean =>
  Math.hypot(x - cx, y - cy, z - cz) < r;
