/** HU outside the lungs: wall, mediastinum, abdomen. */
import { coverage, ellipsoidDistance, squircleDistance } from './distance.js';
import type { Surfaces } from './fields.js';
import { aboveDiaphragm } from './lungs.js';
import { body, spine } from './proportions.js';
import { withRibs, withSpine, withSternum } from './skeleton.js';
import { hu, mix } from './tissue.js';

/** Signed distance to the skin. */
export function skinDistance(x: number, y: number, z: number): number {
  const [front, back, halfWidth] = [body.front(z), body.back(z), body.halfWidth(z)];
  const [dx, dy] = [Math.abs(x) - halfWidth, Math.max(front - y, y - back)];
  if (dx > 15 || dy > 15) return Math.max(dx, dy);
  return squircleDistance(x, y - (front + back) / 2, halfWidth, (back - front) / 2, body.squareness);
}

/** HU at a point of the mean chest inside the skin and outside the lungs. `width`: of a voxel, mm. */
export function softTissue(
  at: Surfaces,
  depth: number,
  x: number,
  y: number,
  z: number,
  width: number,
): number {
  const wall = coverage(-at.cavity, width);
  const outside = wall > 0 ? chestWall(at.cavity, depth, x, y, z, width) : 0;
  const inside = wall < 1 ? (z < -44 ? viscera(at, x, y, z, width) : mediastinum(at, width)) : 0;
  return withSpine(mix(inside, outside, wall), x, y, z, width);
}

function chestWall(wall: number, depth: number, x: number, y: number, z: number, width: number): number {
  const aside = Math.abs(x);
  const ripple = Math.sin(0.06 * x + 0.05 * z) + Math.sin(0.045 * y - 0.07 * z + 1);
  // Fat under the skin, thicker on the flanks and below.
  const subcutaneous =
    9 + 5 * Math.min(1, Math.max(0, (60 - z) / 120)) + 0.00025 * aside * aside + 1.2 * ripple;
  // Muscle outside the ribs: erector spinae, latissimus and serratus, pectorals; below the ribs a thinner layer.
  const erector = y > 0 ? 26 * Math.exp(-(((aside - 26) / 24) ** 2)) : 0;
  const pectoral =
    y < 0 && z > -30 ? 9 * Math.min(1, (z + 30) / 30) * Math.exp(-(((aside - 62) / 40) ** 2)) : 0;
  const muscle = 12 + (z < -60 ? 8 : 13) + erector + pectoral + 1.5 * ripple;
  const shoulder = Math.max(0, Math.min(1, (z - 35) / 65));
  const deepEnough = Math.max(subcutaneous - depth, wall - muscle - 100 * shoulder ** 3);
  let value = mix(hu.fat, hu.muscle, coverage(deepEnough, width));
  // Fat between the layers, in the armpits, and at the root of the neck.
  value = mix(
    value,
    hu.fat,
    0.7 * coverage(Math.abs(wall - 13.2 - 0.6 * ripple) - 0.9, width) * (1 - shoulder),
  );
  value = mix(
    value,
    hu.fat,
    0.6 * coverage(Math.abs(wall - 21 - 1.5 * ripple) - 0.8, width) * (y < 0 ? 1 : 0.4),
  );
  const aroundBlade = ellipsoidDistance([106, 76, 72], [40, 19, 66], aside, y, z) + 2 * ripple;
  value = mix(value, hu.muscle, coverage(Math.max(aroundBlade, subcutaneous - depth), width));
  const armpit = ellipsoidDistance([112, -8, 84], [24, 26, 42], aside, y, z) + 3 * ripple;
  value = mix(value, hu.fat, 0.92 * coverage(armpit, 2 * width));
  const neck = ellipsoidDistance([52, -4, 122], [34, 34, 26], aside, y, z) + 4 * ripple;
  value = mix(value, hu.fat, 0.85 * coverage(neck, 3 * width));
  value = withRibs(value, wall, x, y, z, width);
  value = withSternum(value, x, y, z, width);
  return mix(hu.skin, value, coverage(1.8 - depth, width));
}

function mediastinum(at: Surfaces, width: number): number {
  // A line of fat separates heart and pericardium.
  const heart = mix(hu.fat, hu.heart, coverage(at.heart + 3, 2 * width));
  const pericardium = coverage(Math.abs(at.heart) - 0.7, width);
  return mix(heart, hu.heart, 0.6 * pericardium);
}

/** Below the domes the abdomen, above them the mediastinum, between them the diaphragm. */
function viscera(at: Surfaces, x: number, y: number, z: number, width: number): number {
  const above = aboveDiaphragm(x, y, z);
  const dome = mix(mediastinum(at, width), hu.diaphragm, coverage(Math.abs(above + 1.5) - 1.5, width));
  return mix(dome, abdomen(above, at.cavity, x, y, z, width), coverage(above + 3, width));
}

function abdomen(above: number, cavity: number, x: number, y: number, z: number, width: number): number {
  const wall = Math.max(above + 2.5, cavity + 4);
  let value = mix(hu.fat, hu.muscle, coverage(-cavity - 4, width));
  const edge = x - 34 - 0.45 * (z + 70) + 0.004 * (y + 30) * (y + 30);
  const fossa = y - 36 + 0.9 * (x + 24); // before the spine and the left kidney
  value = mix(value, hu.liver, coverage(Math.max(wall, edge, fossa, -z - 215), width));
  const stomach = Math.max(wall, ellipsoidDistance([62, -22, -106], [42, 44, 38], x, y, z), -edge + 5);
  // Its gas rises to the front.
  const gas = Math.max(stomach + 3, y + 34);
  value = mix(
    value,
    mix(mix(hu.muscle, hu.stomach, coverage(stomach + 3, width)), hu.air, coverage(gas, width)),
    coverage(stomach, width),
  );
  value = mix(
    value,
    hu.spleen,
    coverage(Math.max(wall, ellipsoidDistance([92, 38, -108], [34, 40, 46], x, y, z)), width),
  );
  const kidney = ellipsoidDistance([62, 42, -186], [26, 28, 52], Math.abs(x), y, z);
  value = mix(value, hu.kidney, coverage(kidney, width));
  const crus = Math.max(
    Math.abs(Math.abs(x) - 12 + 0.1 * (z + 100)) - 5,
    Math.abs(y - spine.y(z) + 22) - 9,
    z + 70,
  );
  return mix(value, hu.muscle, coverage(crus, width));
}
