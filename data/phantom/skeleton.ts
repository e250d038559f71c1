/** Bones that are evaluated where they lie (ribs, sternum, spine) and those drawn as rods (shoulder girdle). */
import { chain, coverage, mirrored, squircleDistance, type Point3, type Tube } from './distance.js';
import { profile } from './profile.js';
import { cavity, spine } from './proportions.js';
import { hu, mix } from './tissue.js';

/** Cortex around marrow, by distance to the bone's surface. */
const bone = (distance: number, cortex: number): number =>
  mix(hu.cortex, hu.marrow, coverage(distance + cortex, 1.5));

/** Ribs lie in the wall, their middle this far outside the cavity. */
const RIB_DEPTH = 6.5;
const FIRST_RIB = 122; // height of its neck
const RIB_PITCH = 22.5;

/** Ribs and their cartilages over the wall's own HU. `wall`: mm outside the cavity. */
export function withRibs(
  under: number,
  wall: number,
  x: number,
  y: number,
  z: number,
  width: number,
): number {
  if (wall < 0 || wall > 13 || z > cavity.top + 8) return under;
  const level = Math.min(z, cavity.top);
  const [front, back] = [cavity.front(level), cavity.back(level)];
  const halfWidth = cavity.centre(level) + cavity.halfWidth(level);
  // 0 at the spine, 1 at the sternum, around the wall.
  const around = Math.atan2(Math.abs(x) / halfWidth, (2 * y - front - back) / (front - back) / -1) / Math.PI;
  if (around < 0.06 || around > 0.95) return under;
  // Ribs slope down to the front; their cartilages turn up again.
  const slope = around < 0.72 ? around / 0.72 : 1 - 0.5 * ((around - 0.72) / 0.23);
  const fall = 52 + 3.2 * Math.min(Math.max((FIRST_RIB - z) / RIB_PITCH, 0), 7);
  const number = (FIRST_RIB - z - fall * slope) / RIB_PITCH;
  const nearest = Math.round(number);
  const length = nearest <= 8 ? 1 : nearest === 9 ? 0.6 : nearest === 10 ? 0.48 : 0.32;
  if (nearest < 0 || nearest > 11 || around > length) return under;
  const [across, along] = [(wall - RIB_DEPTH) / 3.8, ((number - nearest) * RIB_PITCH * 0.85) / 5.4];
  const radius = Math.sqrt(across * across + along * along);
  const distance = (radius - 1) * 4.6;
  const share = coverage(distance, width);
  if (share === 0) return under;
  return mix(under, around > 0.76 ? hu.cartilage : bone(distance, 1.6), share);
}

const sternumHalfWidth = profile(
  [88, 20],
  [72, 30],
  [58, 22],
  [40, 17],
  [-30, 20],
  [-55, 16],
  [-66, 8],
  [-90, 6],
);

export function withSternum(under: number, x: number, y: number, z: number, width: number): number {
  if (z > 88 || z < -86 || Math.abs(x) > 34) return under;
  const middle = cavity.front(z) - 9;
  const distance = Math.max(squircleDistance(x, y - middle, sternumHalfWidth(z), 6.5, 0.5), z - 86, -84 - z);
  return mix(under, z < -60 ? hu.cartilage : bone(distance, 1.3), coverage(distance, width));
}

/** Vertebra, disc, canal, arch and processes; `under` elsewhere. */
export function withSpine(under: number, x: number, y: number, z: number, width: number): number {
  const behind = y - spine.y(z);
  const aside = Math.abs(x);
  if (behind < -22 || behind > 64 || aside > 40) return under;
  const turn = (z - spine.disc) / spine.pitch;
  const phase = turn - Math.floor(turn); // 0 and 1 at discs, 0.5 in the middle of a vertebra
  const toDisc = Math.min(phase, 1 - phase) * spine.pitch;

  const waist = 1 - 0.08 * Math.sin(Math.PI * phase);
  const body = squircleDistance(
    x,
    behind,
    spine.bodyHalfWidth(z) * waist,
    spine.bodyHalfDepth(z) * waist,
    0.25,
  );
  const canal = squircleDistance(x, behind - spine.bodyHalfDepth(z) - 7.5, 10.5, 8.5, 0.2);
  let value = under;

  // Arch: pedicles, laminae, transverse processes in the upper half of each level; the spinous process slopes down.
  const roof = spine.bodyHalfDepth(z) + 7.5;
  const archHeight = Math.abs(phase - 0.62) * spine.pitch - 7;
  const arch = Math.max(squircleDistance(x, behind - roof + 1, 16, 14, 0.4), archHeight, -behind);
  const transverse = Math.max(
    Math.abs(behind - roof - 2 - 0.28 * (aside - 14)) - 4.5,
    Math.abs(phase - 0.66) * spine.pitch - 5,
    aside - 34,
  );
  const droop = phase + 0.012 * (behind - roof);
  const droopPhase = Math.abs(droop - Math.floor(droop) - 0.5) * spine.pitch;
  const spinous = Math.max(aside - 3.2, behind - roof - 38, roof + 6 - behind, droopPhase - 7.5);
  const posterior = Math.min(arch, transverse, spinous);
  value = mix(value, bone(posterior, 1.8), coverage(posterior, width));
  value = mix(value, hu.cord - 15, coverage(canal, width));
  value = mix(value, hu.cord + 8, coverage(squircleDistance(x, behind - roof, 6, 4.5, 0), width));

  const endplate = 2.6 - toDisc;
  const vertebra = mix(hu.disc, bone(Math.max(body, endplate), 1.2), coverage(endplate, width));
  return mix(value, vertebra, coverage(body, width));
}

const fan = (from: readonly Point3[], to: readonly Point3[], rods: number, radius: number): Tube[] =>
  Array.from({ length: rods }, (_, i) => {
    const at = (path: readonly Point3[]): Point3 => {
      const along = (i / (rods - 1)) * (path.length - 1);
      const [a, b] = [path[Math.floor(along)], path[Math.ceil(along)]];
      const t = along % 1;
      return [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]), a[2] + t * (b[2] - a[2])];
    };
    return { from: at(from), to: at(to), startRadius: radius, endRadius: radius };
  });

const rightShoulder: readonly Tube[] = [
  ...chain([-22, -47, 88, 7], [-55, -50, 102, 5.5], [-98, -24, 120, 5.5], [-132, 8, 142, 6.5]), // clavicle
  ...chain([-152, 16, 122, 23], [-154, 14, 126, 23], [-172, 0, 150, 14], [-186, -10, 190, 12]), // raised humerus
  // Blade: from the glenoid to the medial border; its spine; the lateral border.
  ...fan([[-130, 34, 120], [-124, 46, 104]], [[-78, 80, 116], [-78, 92, 84], [-88, 98, 44], [-100, 98, 18]], 40, 1.9),
  ...fan([[-132, 40, 124], [-150, 44, 140]], [[-82, 82, 98], [-88, 98, 100]], 8, 2.6),
  ...chain([-130, 36, 118, 8], [-122, 56, 88, 5.5], [-101, 97, 18, 4.5]),
]; // prettier-ignore

/** Clavicles, scapulae, raised arms. */
export const shoulderGirdle: readonly Tube[] = [...rightShoulder, ...rightShoulder.map(mirrored)];
