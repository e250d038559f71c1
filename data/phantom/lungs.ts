/** The shape of the lungs: rib cage, less mediastinum, above the diaphragm; and the fissures between their lobes. */
import {
  chain,
  ellipsoidDistance,
  smoothMax,
  smoothMin,
  squircleDistance,
  tubeDistance,
  type Point3,
} from './distance.js';
import { profile } from './profile.js';
import { cavity, domes, spine, type Dome } from './proportions.js';

/** Signed distance to the inner surface of the rib cage, mm. */
export function cavityDistance(x: number, y: number, z: number): number {
  const level = Math.min(z, cavity.top);
  const [front, back] = [cavity.front(level), cavity.back(level)];
  const across = Math.abs(x) - cavity.centre(level);
  const flat = squircleDistance(
    // Medial to an oval's centre only the apex narrows again: lower down the halves are one.
    across < 0 ? across * profileOfClosing(level) : across,
    y - (front + back) / 2,
    cavity.halfWidth(level),
    (back - front) / 2,
    cavity.squareness,
  );
  return smoothMax(flat * slopeOf(level), z - cavity.top, 4);
}

/** 1 where the two halves are apart, 0 where they are one. */
const profileOfClosing = profile([122, 1], [100, 1], [60, 0.4], [20, 0]);
/** The wall leans inwards towards the apex: distances in the axial plane are too long there. */
const slopeOf = profile([122, 0.35], [110, 0.55], [90, 0.75], [50, 0.88], [0, 0.98], [-60, 1]);

/** Height of the diaphragm. */
const diaphragmHeight = (x: number, y: number): number =>
  smoothMax(domeHeight(domes.right, -x, y), domeHeight(domes.left, x, y), 8);

/** @param aside from the midline towards the dome's own side. */
function domeHeight({ top, aside: domeAside, y: domeY }: Dome, aside: number, y: number): number {
  const outwards = aside - domeAside;
  const across = outwards > 0 ? outwards / domes.reach.lateral : -outwards / domes.reach.medial;
  const along = y > domeY ? (y - domeY) / domes.reach.back : (domeY - y) / domes.reach.front;
  return (
    top -
    across * across * (outwards > 0 ? domes.fall.lateral * across : domes.fall.medial) -
    along * along * (y > domeY ? domes.fall.back * Math.sqrt(along) : domes.fall.front)
  );
}

/** Between the dome and the air above it, mm, along the surface's normal. */
export function aboveDiaphragm(x: number, y: number, z: number): number {
  const height = diaphragmHeight(x, y);
  const slopeX = diaphragmHeight(x + 1, y) - height;
  const slopeY = diaphragmHeight(x, y + 1) - height;
  return (z - height) / Math.sqrt(1 + slopeX * slopeX + slopeY * slopeY);
}

const ventricles = chain([11, -18, -15, 38], [54, -36, -44, 30])[0];

/** The heart within its pericardium. */
export function heartDistance(x: number, y: number, z: number): number {
  const rightAtrium = ellipsoidDistance([-22, -16, -18], [27, 30, 38], x, y, z);
  const leftAtrium = ellipsoidDistance([4, 19, 3], [37, 17, 23], x, y, z);
  return smoothMin(smoothMin(tubeDistance(ventricles, x, y, z), rightAtrium, 14), leftAtrium, 10);
}

const coreHalfWidth = profile(
  [140, 34],
  [122, 30],
  [100, 25],
  [70, 24],
  [45, 20],
  [20, 18],
  [-20, 20],
  [-60, 26],
  [-100, 34],
);

/** What no lung enters, but for the tubes: fat between the pleurae, heart, spine. */
export function mediastinumDistance(x: number, y: number, z: number): number {
  const column = spine.y(z);
  const core = squircleDistance(x - 3, y - 6, coreHalfWidth(z), 42, 0);
  // Behind the sternum the pleurae part; further back they all but meet (anterior junction line).
  const wedge = (Math.abs(x - 7) - 2.2 - Math.max(0, -y + cavity.front(z) * 0.72) * 0.75) * 0.8;
  const vertebrae = squircleDistance(x, y - column - 3, 22, 21, 0.4);
  const arches = Math.max(Math.abs(x) - 19, column - y);
  const front = smoothMin(smoothMin(core, wedge, 6), heartDistance(x, y, z) - 3.5, 8);
  return smoothMin(front, smoothMin(vertebrae, arches, 8), 8);
}

export type Lobe = 'rightUpper' | 'rightMiddle' | 'rightLower' | 'leftUpper' | 'leftLower';

/** Signed distance to the oblique fissure, positive above and before it. */
function obliqueFissure(x: number, y: number, z: number): number {
  const bow = (Math.abs(x) - 70) / 40;
  return (z - (x < 0 ? 1 : 1.12) * (y - 10)) * 0.69 + 3 * bow * bow;
}

/** Signed distance to the right lung's horizontal fissure, positive above it. */
function horizontalFissure(x: number, y: number, z: number): number {
  const bow = (x + 70) / 45;
  return z - 6 - 0.1 * (y + 40) + 3 * bow * bow;
}

export function lobeAt([x, y, z]: Point3): Lobe {
  const above = obliqueFissure(x, y, z) > 0;
  if (x >= 0) return above ? 'leftUpper' : 'leftLower';
  if (!above) return 'rightLower';
  return horizontalFissure(x, y, z) > 0 ? 'rightUpper' : 'rightMiddle';
}

/** Distance to the nearest fissure, mm. */
export function fissureDistance(x: number, y: number, z: number): number {
  const oblique = obliqueFissure(x, y, z);
  if (x >= 0 || oblique <= 0) return Math.abs(oblique);
  return Math.min(oblique, Math.abs(horizontalFissure(x, y, z)));
}
