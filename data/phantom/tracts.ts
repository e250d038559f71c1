/** The large tubes of the mediastinum and the roots of the lungs' trees: `[x, y, z, radius]` along each course. */
import { chain } from './distance.js';

const aorta = chain(
  [4, -18, 5, 15], [-11, -27, 25, 16], [-14, -26, 45, 15.5], [-8, -21, 60, 15], [8, -14, 69, 14], [27, 4, 70, 13],
  [33, 22, 62, 12.5], [30, 36, 46, 12.5], [26, 41, 10, 12], [20, 40, -40, 11.5], [12, 30, -90, 11], [4, 12, -150, 10.5], [4, 0, -260, 10],
); // prettier-ignore

const archBranches = [
  ...chain([-4, -18, 70, 7.5], [-15, -8, 95, 6.5], [-24, -4, 122, 5.5], [-30, -6, 220, 4]),
  ...chain([11, -11, 74, 5], [12, -4, 105, 4.5], [20, -6, 150, 4], [30, -8, 220, 4]),
  ...chain([26, 4, 76, 6], [27, 6, 100, 5.5], [40, 2, 122, 5.5], [85, -14, 130, 5], [135, -6, 140, 4.5]),
  ...chain([-24, -4, 122, 5.5], [-85, -14, 130, 5], [-135, -6, 140, 4.5]),
];

const systemicVeins = [
  ...chain([-33, -8, 84, 8], [-34, -8, 50, 9.5], [-31, -8, 15, 11]),
  ...chain(
    [-33, -8, 84, 8],
    [-8, -27, 84, 7],
    [18, -28, 96, 6.5],
    [36, -18, 120, 6],
    [85, -24, 124, 5.5],
    [135, -16, 132, 5],
  ),
  ...chain([-33, -8, 84, 8], [-33, -14, 118, 7], [-85, -24, 124, 5.5], [-135, -16, 132, 5]),
  ...chain([-24, -4, -25, 13], [-24, 0, -55, 12], [-20, 4, -110, 11.5], [-16, -2, -260, 11]),
  ...chain([-32, 0, 46, 4.5], [-24, 22, 50, 4.5], [-9, 33, 42, 4], [-8, 33, -90, 3.5]), // azygos
];

const pulmonaryTrunk = [
  ...chain([18, -34, 6, 14], [20, -14, 27, 14], [16, -3, 36, 13]),
  ...chain([16, -3, 36, 12], [-4, 1, 31, 11], [-26, 4, 27, 10], [-40, 11, 22, 9]),
  ...chain([16, -3, 36, 12], [30, 10, 44, 11.5], [43, 24, 42, 10.5], [50, 34, 27, 9]),
];

const pulmonaryVeinTrunks = [
  ...chain([-28, 18, 8, 8.5], [-42, 8, 14, 7]),
  ...chain([-28, 20, 0, 8], [-42, 32, -14, 6.5]),
  ...chain([34, 16, 10, 8], [48, 8, 18, 6.5]),
  ...chain([34, 20, 0, 8], [46, 36, -8, 6.5]),
];

/** Blood vessels outside the lungs. */
export const greatVessels = [
  ...aorta,
  ...archBranches,
  ...systemicVeins,
  ...pulmonaryTrunk,
  ...pulmonaryVeinTrunks,
];

/** Trachea and main bronchi: excluded from the lung labels. */
export const centralAirways = [
  ...chain([2, -12, 220, 9], [2, -6, 170, 9], [0, 4, 120, 9], [2, 10, 75, 9.2], [3, 14, 50, 9.5]),
  ...chain([3, 14, 50, 8], [-16, 18, 38, 7.5], [-28, 20, 28, 6.5], [-36, 22, 12, 5.8]),
  ...chain([3, 14, 50, 7.5], [22, 20, 37, 6.8], [42, 26, 25, 6]),
];

export const oesophagus = chain(
  [4, 8, 200, 6], [4, 14, 122, 6], [6, 24, 75, 6], [7, 29, 45, 6], [8, 30, 0, 6.5], [14, 22, -45, 7], [26, 6, -72, 8],
); // prettier-ignore

/** Each lobe: where its trees enter it. Arteries join the trunk beside the airway; veins drain to the left atrium. */
export interface LobeRoots {
  readonly airway: readonly [number, number, number, number][];
  readonly artery: readonly [number, number, number, number][];
  readonly vein: readonly [number, number, number, number][];
}

export const lobeRoots = {
  rightUpper: {
    airway: [[-19, 18.5, 36, 5.5], [-34, 19, 42, 4.8], [-44, 17, 48, 4.2]],
    artery: [[-24, 4, 28, 8], [-38, 8, 40, 6.5], [-48, 10, 52, 5.5]],
    vein: [[-42, 8, 14, 6], [-50, 2, 30, 5]],
  },
  rightMiddle: {
    airway: [[-36, 22, 12, 4.5], [-46, 8, 2, 3.8], [-54, -4, -4, 3.3]],
    artery: [[-40, 11, 22, 5.5], [-50, 4, 8, 4.6], [-58, -6, 2, 4]],
    vein: [[-42, 8, 14, 5], [-52, -4, 4, 4.2]],
  },
  rightLower: {
    airway: [[-36, 22, 12, 5.4], [-42, 30, -6, 5], [-48, 36, -22, 4.5]],
    artery: [[-40, 11, 22, 8], [-50, 24, 6, 7], [-57, 34, -18, 6]],
    vein: [[-42, 32, -14, 6.2], [-50, 42, -26, 5.4]],
  },
  leftUpper: {
    airway: [[42, 26, 25, 5.4], [52, 16, 27, 4.8], [58, 8, 32, 4.2]],
    artery: [[43, 24, 42, 7], [54, 18, 46, 6], [62, 10, 48, 5.2]],
    vein: [[48, 8, 18, 6], [56, -2, 26, 5]],
  },
  leftLower: {
    airway: [[42, 26, 25, 5.4], [47, 34, 6, 5], [52, 38, -14, 4.4]],
    artery: [[50, 34, 27, 8], [57, 40, 6, 6.8], [61, 42, -14, 5.8]],
    vein: [[46, 36, -8, 6], [52, 46, -22, 5.2]],
  },
} as const satisfies Record<string, LobeRoots>; // prettier-ignore
