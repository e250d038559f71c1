/** The mean chest's smooth surfaces, computed once on a coarse lattice and looked up for every voxel of every subject. */
import { chain, smoothMax, smoothMin, tubeDistance, type Point3, type Tube } from './distance.js';
import { aboveDiaphragm, cavityDistance, heartDistance, mediastinumDistance } from './lungs.js';
import { centralAirways, greatVessels, lobeRoots, oesophagus } from './tracts.js';

/** Signed distances at a point, mm, negative inside. */
export interface Surfaces {
  /** Inner surface of the rib cage, which goes on as the abdominal wall. */
  cavity: number;
  right: number;
  left: number;
  heart: number;
}

const STEP = 3;
const LOW = [-156, -123, -165] as const;
const SIZE = [105, 83, 103] as const;
const CHANNELS = 4;
const [STRIDE_X, STRIDE_Y, STRIDE_Z] = [CHANNELS, CHANNELS * SIZE[0], CHANNELS * SIZE[0] * SIZE[1]];

/** Tissue that stays between the lung and a tube of the mediastinum, mm. */
const SHEATH = 2;

export class Fields {
  readonly #values = new Float32Array(CHANNELS * SIZE[0] * SIZE[1] * SIZE[2]);

  constructor() {
    const mediastinum = sampleMediastinum();
    for (let k = 0, at = 0; k < SIZE[2]; k++)
      for (let j = 0; j < SIZE[1]; j++)
        for (let i = 0; i < SIZE[0]; i++, at++) {
          const [x, y, z] = latticePoint(i, j, k);
          const cavity = cavityDistance(x, y, z);
          const air = smoothMax(cavity, -mediastinum[at], 6);
          const lung = smoothMax(air, -aboveDiaphragm(x, y, z), 4);
          this.#values.set(
            [cavity, Math.max(lung, x - 7), Math.max(lung, 7 - x), heartDistance(x, y, z)],
            at * CHANNELS,
          );
        }
  }

  /** Trilinear; beyond the lattice the nearest cross-section goes on. */
  sample(x: number, y: number, z: number, out: Surfaces): void {
    const u = clamp((x - LOW[0]) / STEP, SIZE[0] - 1.001);
    const v = clamp((y - LOW[1]) / STEP, SIZE[1] - 1.001);
    const w = clamp((z - LOW[2]) / STEP, SIZE[2] - 1.001);
    const [i, j, k] = [u | 0, v | 0, w | 0];
    const [a, b, c] = [u - i, v - j, w - k];
    const at = i * STRIDE_X + j * STRIDE_Y + k * STRIDE_Z;
    const values = this.#values;
    const w00 = (1 - a) * (1 - b);
    const w10 = a * (1 - b);
    const w01 = (1 - a) * b;
    const w11 = a * b;
    const blend = (from: number): number =>
      (1 - c) *
        (w00 * values[from] +
          w10 * values[from + STRIDE_X] +
          w01 * values[from + STRIDE_Y] +
          w11 * values[from + STRIDE_X + STRIDE_Y]) +
      c *
        (w00 * values[from + STRIDE_Z] +
          w10 * values[from + STRIDE_Z + STRIDE_X] +
          w01 * values[from + STRIDE_Z + STRIDE_Y] +
          w11 * values[from + STRIDE_Z + STRIDE_X + STRIDE_Y]);
    out.cavity = blend(at);
    out.right = blend(at + 1);
    out.left = blend(at + 2);
    out.heart = blend(at + 3);
  }
}

const clamp = (value: number, high: number): number => (value < 0 ? 0 : value > high ? high : value);

const latticePoint = (i: number, j: number, k: number): Point3 => [
  LOW[0] + i * STEP,
  LOW[1] + j * STEP,
  LOW[2] + k * STEP,
];

function sampleMediastinum(): Float32Array {
  const distances = new Float32Array(SIZE[0] * SIZE[1] * SIZE[2]);
  for (let k = 0, at = 0; k < SIZE[2]; k++)
    for (let j = 0; j < SIZE[1]; j++)
      for (let i = 0; i < SIZE[0]; i++, at++) distances[at] = mediastinumDistance(...latticePoint(i, j, k));
  const entries = Object.values(lobeRoots).flatMap(({ airway, artery }) => [
    ...chain(...airway.slice(0, 2)),
    ...chain(...artery.slice(0, 2)),
  ]);
  for (const tube of [...greatVessels, ...centralAirways, ...oesophagus, ...entries])
    joinTube(distances, tube);
  return distances;
}

/** Smooth union with a tube and its sheath, as far from it as the rounding reaches. */
function joinTube(distances: Float32Array, tube: Tube): void {
  const reach = Math.max(tube.startRadius, tube.endRadius) + SHEATH + 12;
  const [low, high] = [Math.min, Math.max].map((pick, side) =>
    [0, 1, 2].map((axis) => {
      const edge = (pick(tube.from[axis], tube.to[axis]) + (side ? reach : -reach) - LOW[axis]) / STEP;
      return Math.min(Math.max(Math.round(edge), 0), SIZE[axis] - 1);
    }),
  );
  for (let k = low[2]; k <= high[2]; k++)
    for (let j = low[1]; j <= high[1]; j++)
      for (let i = low[0]; i <= high[0]; i++) {
        const at = i + SIZE[0] * (j + SIZE[1] * k);
        const distance = tubeDistance(tube, ...latticePoint(i, j, k)) - SHEATH;
        distances[at] = smoothMin(distances[at], distance, 6);
      }
}

let shared: Fields | undefined;

/** The one mean chest of this thread. */
export const meanChest = (): Fields => (shared ??= new Fields());
