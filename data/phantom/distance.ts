/** Signed distances in mm (negative inside), as sculptors of implicit surfaces use them (Quilez). */

/** Millimetres, in the space at hand. */
export type Point3 = readonly [x: number, y: number, z: number];

/** A tapered, round-ended rod; of no length, a ball. */
export interface Tube {
  readonly from: Point3;
  readonly to: Point3;
  readonly startRadius: number;
  readonly endRadius: number;
}

export function tubeDistance({ from, to, startRadius, endRadius }: Tube, x: number, y: number, z: number) {
  const [dx, dy, dz] = [to[0] - from[0], to[1] - from[1], to[2] - from[2]];
  const [px, py, pz] = [x - from[0], y - from[1], z - from[2]];
  const length2 = dx * dx + dy * dy + dz * dz;
  const along = length2 > 0 ? (px * dx + py * dy + pz * dz) / length2 : 0;
  const t = along < 0 ? 0 : along > 1 ? 1 : along;
  const [qx, qy, qz] = [px - t * dx, py - t * dy, pz - t * dz];
  return Math.sqrt(qx * qx + qy * qy + qz * qz) - (startRadius + t * (endRadius - startRadius));
}

/** Tubes through `[x, y, z, radius]` points. */
export function chain(...points: readonly (readonly [number, number, number, number])[]): Tube[] {
  return points.slice(1).map(([x, y, z, endRadius], i) => {
    const [fromX, fromY, fromZ, startRadius] = points[i];
    return { from: [fromX, fromY, fromZ], to: [x, y, z], startRadius, endRadius };
  });
}

export const mirrored = (tube: Tube): Tube => ({
  ...tube,
  from: [-tube.from[0], tube.from[1], tube.from[2]],
  to: [-tube.to[0], tube.to[1], tube.to[2]],
});

/** Near the surface; first order, as all that follow. */
export function ellipsoidDistance(
  [cx, cy, cz]: Point3,
  [ax, ay, az]: readonly [number, number, number],
  x: number,
  y: number,
  z: number,
): number {
  const [u, v, w] = [(x - cx) / ax, (y - cy) / ay, (z - cz) / az];
  const radius = Math.sqrt(u * u + v * v + w * w);
  const gradient = Math.sqrt((u / ax) ** 2 + (v / ay) ** 2 + (w / az) ** 2);
  return gradient > 1e-9 ? (radius * (radius - 1)) / gradient : -Math.min(ax, ay, az);
}

/**
 * To a rounded rectangle: u^2 + v^2 - squareness u^2 v^2 = 1, with u = x / halfWidth, v = y / halfDepth.
 * Squareness 0 is an ellipse; 0.6 has corners like a superellipse of exponent 2.8.
 */
export function squircleDistance(
  x: number,
  y: number,
  halfWidth: number,
  halfDepth: number,
  squareness: number,
): number {
  const [u, v] = [x / halfWidth, y / halfDepth];
  const [u2, v2] = [u * u < 1.6 ? u * u : 1.6, v * v < 1.6 ? v * v : 1.6]; // beyond, the corner term would win
  const radius = Math.sqrt(u * u + v * v - squareness * u2 * v2);
  const [gx, gy] = [(u * (1 - squareness * v2)) / halfWidth, (v * (1 - squareness * u2)) / halfDepth];
  const gradient = Math.sqrt(gx * gx + gy * gy);
  const deepest = -Math.min(halfWidth, halfDepth);
  return gradient > 1e-9 ? Math.max(((radius - 1) * radius) / gradient, deepest) : deepest;
}

/** Union whose crease is rounded over about `radius` mm. */
export function smoothMin(a: number, b: number, radius: number): number {
  const h = radius - Math.abs(a - b);
  return Math.min(a, b) - (h > 0 ? (h * h) / (4 * radius) : 0);
}

export const smoothMax = (a: number, b: number, radius: number): number => -smoothMin(-a, -b, radius);

/** Share of a voxel of the given width inside a surface at this distance from its centre. */
export function coverage(distance: number, width: number): number {
  const share = 0.5 - distance / width;
  return share < 0 ? 0 : share > 1 ? 1 : share;
}
