/** What disease adds to a lung: emphysematous holes and nodules, placed in the mean shape. */
import type { Point3, Tube } from './distance.js';
import { meanChest, type Surfaces } from './fields.js';
import { fissureDistance } from './lungs.js';
import { between, purpose, randomFor } from './random.js';
import type { PhantomSubject } from './subject.js';

const HOLE_PITCH = 9; // mm

/** Centrilobular holes: the worse, the more and the larger; twice as many in the upper lungs as in the lower. */
export function emphysema({ seed, index, severity }: PhantomSubject): Tube[] {
  const random = randomFor(seed, index, purpose.emphysema);
  const holes: Tube[] = [];
  for (let k = -15; k <= 14; k++)
    for (let j = -11; j <= 11; j++)
      for (let i = -16; i <= 16; i++) {
        const centre = [i, j, k].map((cell) => (cell + between(random, -0.5, 0.5)) * HOLE_PITCH);
        const radius = (2.2 + 4 * random()) * (0.75 + 0.35 * severity);
        const chance = severity * Math.min(1, Math.max(0.4, 0.85 + centre[2] / 180));
        if (random() < chance && lungDepth(centre as unknown as Point3) > 0) holes.push(ball(centre, radius));
      }
  return holes;
}

/** Up to three, solid, 2.5 to 6 mm in radius, clear of pleura, fissures and each other's making. */
export function nodules({ seed, index }: PhantomSubject): Tube[] {
  const random = randomFor(seed, index, purpose.nodules);
  const count = Math.floor(4 * random());
  const found: Tube[] = [];
  while (found.length < count) {
    const centre: Point3 = [between(random, -120, 120), between(random, -80, 80), between(random, -110, 110)];
    const radius = between(random, 2.5, 6);
    if (lungDepth(centre) > radius + 4 && fissureDistance(...centre) > radius)
      found.push(ball(centre, radius));
  }
  return found;
}

const surfaces: Surfaces = { cavity: 0, right: 0, left: 0, heart: 0 };

function lungDepth(point: Point3): number {
  meanChest().sample(...point, surfaces);
  return -Math.min(surfaces.right, surfaces.left);
}

const ball = (centre: readonly number[], radius: number): Tube => {
  const point: Point3 = [centre[0], centre[1], centre[2]];
  return { from: point, to: point, startRadius: radius, endRadius: radius };
};
