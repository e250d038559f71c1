/**
 * The mean adult chest in numbers: LPS mm about the centre of the thorax (+x the patient's left, +y the back, +z the
 * head), supine, arms up. Heights worth knowing: lung apex 122, arch of the aorta 70, carina 50, right dome of the
 * diaphragm -50, deepest recess -120.
 */
import { profile } from './profile.js';

/** Skin. */
export const body = {
  halfWidth: profile(
    [260, 64],
    [200, 66],
    [170, 105],
    [145, 162],
    [120, 172],
    [90, 168],
    [50, 160],
    [0, 158],
    [-80, 159],
    [-170, 158],
    [-260, 164],
  ),
  front: profile(
    [220, -56],
    [170, -56],
    [140, -62],
    [120, -66],
    [100, -74],
    [80, -84],
    [60, -92],
    [20, -102],
    [-20, -109],
    [-80, -114],
    [-150, -116],
    [-260, -114],
  ),
  back: profile(
    [220, 58],
    [170, 70],
    [140, 86],
    [120, 97],
    [100, 105],
    [80, 113],
    [60, 118],
    [20, 123],
    [-20, 124],
    [-80, 121],
    [-150, 113],
    [-260, 106],
  ),
  squareness: 0.62,
};

/** Inner surface of the rib cage; each half is an oval of its own towards the apex. */
export const cavity = {
  top: 122,
  /** Distance of each oval's centre from the midline. */
  centre: profile([122, 36], [102, 34], [82, 28], [62, 20], [42, 12], [22, 6], [-8, 0]),
  halfWidth: profile(
    [122, 3],
    [117, 14],
    [112, 20],
    [102, 31],
    [82, 50],
    [62, 69],
    [42, 88],
    [22, 105],
    [-8, 122],
    [-48, 130],
    [-128, 132],
    [-220, 126],
  ),
  front: profile(
    [122, 10],
    [117, -2],
    [112, -14],
    [102, -32],
    [82, -51],
    [62, -61],
    [42, -67],
    [22, -72],
    [-8, -78],
    [-48, -83],
    [-128, -86],
    [-220, -86],
  ),
  back: profile(
    [122, 16],
    [117, 29],
    [112, 38],
    [102, 51],
    [82, 67],
    [62, 77],
    [42, 84],
    [22, 88],
    [-8, 91],
    [-48, 91],
    [-128, 84],
    [-220, 76],
  ),
  squareness: 0.45,
};

export const spine = {
  /** Middle of the vertebral bodies: the thoracic kyphosis. */
  y: profile([220, 22], [170, 26], [122, 37], [80, 45], [40, 50], [0, 50], [-60, 46], [-125, 36], [-220, 22]),
  bodyHalfWidth: profile([130, 13], [40, 15.5], [-60, 18], [-150, 22]),
  bodyHalfDepth: profile([130, 10], [40, 14], [-60, 15.5], [-150, 17]),
  pitch: 23.5,
  /** Middle of the disc between the seventh and eighth thoracic vertebrae. */
  disc: -4,
};

/** The top of a half of the diaphragm, `aside` from the midline. */
export interface Dome {
  readonly top: number;
  readonly aside: number;
  readonly y: number;
}

/** The diaphragm's domes, and how far the surface falls to the rib cage on each side of them. */
export const domes = {
  right: { top: -50, aside: 62, y: -8 },
  left: { top: -56, aside: 62, y: -6 },
  fall: { lateral: 52, medial: 9, front: 26, back: 66 },
  reach: { lateral: 70, medial: 50, front: 76, back: 90 },
};
