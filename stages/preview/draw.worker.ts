/** Draws three mid-slices of a CT with the lungs' outlines and the patches that cross them. */
import { encode } from 'fast-png';
import { anatomicalAxes, type AnatomicalAxis } from '../../src/imaging/space/anatomical-axes.js';
import { PATCH_EDGE } from '../../src/imaging/atlas/atlas.js';
import { pointToIndex, type Geometry, type PointLps } from '../../src/imaging/space/geometry.js';
import { RIGHT_LUNG, type CtVolume, type LungLabels } from '../../src/imaging/space/volume.js';
import { drawLetter, LETTER_DOTS, type SideLetter } from './letters.js';

type Axis = 0 | 1 | 2;
type Colour = readonly [number, number, number];

/** A grid axis as a picture shows it: reversed where it runs to the left, or up. */
interface ShownAxis {
  readonly axis: Axis;
  readonly reversed: boolean;
}

/** A cut through the volume: `across` and `down` are the picture's axes, `fixed` is the axis cut at `position` (voxels). */
interface Cut {
  readonly across: ShownAxis;
  readonly down: ShownAxis;
  readonly fixed: Axis;
  readonly position: number;
  /** The patient's sides, left and right in the picture. */
  readonly sides: readonly [SideLetter, SideLetter];
}

interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** Lung window: level -600 HU, width 1500 HU. */
const WINDOW_LOW = -1350;
const WINDOW_WIDTH = 1500;
const RIGHT: Colour = [80, 180, 255];
const LEFT: Colour = [255, 170, 60];
const PATCH: Colour = [90, 220, 120];
const WHITE: Colour = [255, 255, 255];
const BLACK: Colour = [0, 0, 0];
const LETTER_SCALE = 2;
const LETTER_MARGIN = 3;
const GAP = 8;

/**
 * Axial, coronal and sagittal cuts through the middle of the lungs, side by side, 1 pixel = 1 mm, as radiologists look at
 * them, whichever way the grid is stored: the patient's right on the left, the front up or on the left, the head up.
 * @param landmarksLps `[count, 3]` patch corners in subject space, or none.
 * @returns the bytes of a PNG.
 */
export function drawPreview(ct: CtVolume, lungs: LungLabels, landmarksLps?: Float64Array): Uint8Array {
  const cuts = cutsOf(ct.geometry, lungs);
  const cornersMm = landmarksLps ? cornersOnGridMm(ct, landmarksLps) : [];
  return encode(asImage(sideBySide(cuts.map((cut) => drawCut(cut, ct, lungs, cornersMm)))));
}

function cutsOf(geometry: Geometry, lungs: LungLabels): readonly Cut[] {
  const [mid, rightMid] = lungMiddles(lungs);
  const shown = ({ axis, flipped }: AnatomicalAxis): ShownAxis => ({ axis, reversed: flipped });
  const [left, posterior, superior] = anatomicalAxes(geometry).map(shown);
  const inferior = { axis: superior.axis, reversed: !superior.reversed };
  const cut = ({ axis }: ShownAxis, middle: VoxelXyz) => ({ fixed: axis, position: middle[axis] });
  return [
    { across: left, down: posterior, ...cut(superior, mid), sides: ['R', 'L'] },
    { across: left, down: inferior, ...cut(posterior, mid), sides: ['R', 'L'] },
    { across: posterior, down: inferior, ...cut(left, rightMid), sides: ['A', 'P'] },
  ];
}

function drawCut(
  cut: Cut,
  ct: CtVolume,
  lungs: LungLabels,
  cornersMm: readonly (readonly number[])[],
): Canvas {
  const { size, spacing } = ct.geometry;
  const [across, down] = [cut.across.axis, cut.down.axis];
  const width = Math.round(size[across] * spacing[across]);
  const height = Math.round(size[down] * spacing[down]);
  const rgb = new Uint8Array(3 * width * height);
  const strides = [1, size[0], size[0] * size[1]] as const;
  const clampTo = (value: number, axis: Axis) => Math.min(size[axis] - 1, Math.max(0, value));
  // Each its own inverse: from the picture to the grid and back.
  const column = (x: number) => (cut.across.reversed ? width - 1 - x : x);
  const row = (y: number) => (cut.down.reversed ? height - 1 - y : y);
  const voxelAt = (x: number, y: number) =>
    cut.position * strides[cut.fixed] +
    clampTo(Math.floor((column(x) + 0.5) / spacing[across]), across) * strides[across] +
    clampTo(Math.floor((row(y) + 0.5) / spacing[down]), down) * strides[down];
  const put = (x: number, y: number, [r, g, b]: Colour, opacity = 1) => {
    if (x < 0 || y < 0 || x >= width || y >= height) return;
    const at = 3 * (x + width * y);
    rgb[at] = rgb[at] * (1 - opacity) + r * opacity;
    rgb[at + 1] = rgb[at + 1] * (1 - opacity) + g * opacity;
    rgb[at + 2] = rgb[at + 2] * (1 - opacity) + b * opacity;
  };

  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const grey = (255 * (ct.voxels[voxelAt(x, y)] - WINDOW_LOW)) / WINDOW_WIDTH;
      put(x, y, [grey, grey, grey].map((v) => Math.min(255, Math.max(0, v))) as unknown as Colour);
    }

  const cutMm = (cut.position + 0.5) * spacing[cut.fixed];
  for (const corner of cornersMm) {
    const low = corner[cut.fixed];
    if (cutMm < low || cutMm >= low + PATCH_EDGE) continue;
    const x0 = Math.round(corner[across]);
    const y0 = Math.round(corner[down]);
    for (let step = 0; step <= PATCH_EDGE; step++)
      for (const edge of [0, PATCH_EDGE]) {
        put(column(x0 + step), row(y0 + edge), PATCH, 0.45);
        put(column(x0 + edge), row(y0 + step), PATCH, 0.45);
      }
  }

  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const label = lungs.voxels[voxelAt(x, y)];
      const inside = [voxelAt(x - 1, y), voxelAt(x + 1, y), voxelAt(x, y - 1), voxelAt(x, y + 1)].every(
        (at) => lungs.voxels[at] === label,
      );
      if (label !== 0 && !inside) put(x, y, label === RIGHT_LUNG ? RIGHT : LEFT);
    }

  const [wide, high] = LETTER_DOTS.map((dots) => dots * LETTER_SCALE);
  [0, width - wide - 2 * LETTER_MARGIN].forEach((left, side) => {
    for (let y = 0; y < high + 2 * LETTER_MARGIN; y++)
      for (let x = 0; x < wide + 2 * LETTER_MARGIN; x++) put(left + x, y, BLACK);
    drawLetter(cut.sides[side], LETTER_SCALE, (x, y) =>
      put(left + LETTER_MARGIN + x, LETTER_MARGIN + y, WHITE),
    );
  });
  return { width, height, rgb };
}

/** Patch corners in millimetres along the CT's own grid axes, where patches are cut. */
function cornersOnGridMm({ geometry }: CtVolume, landmarksLps: Float64Array): (readonly number[])[] {
  const count = landmarksLps.length / 3;
  return Array.from({ length: count }, (_, i) => {
    const pointLps = landmarksLps.subarray(3 * i, 3 * i + 3) as unknown as PointLps;
    return pointToIndex(geometry, pointLps).map((index, axis) => index * geometry.spacing[axis as Axis]);
  });
}

type VoxelXyz = readonly [number, number, number];

/** Every so many voxels are enough to find the middle of a lung. */
const STRIDE = 4;

/** Middle voxel of both lungs together, and of the right one alone; of the grid where there is no lung. */
function lungMiddles({ voxels, geometry: { size } }: LungLabels): readonly [VoxelXyz, VoxelXyz] {
  const sums = [new Float64Array(4), new Float64Array(4)] as const;
  for (let z = 0; z < size[2]; z += STRIDE)
    for (let y = 0; y < size[1]; y += STRIDE)
      for (let x = 0; x < size[0]; x += STRIDE) {
        const label = voxels[x + size[0] * (y + size[1] * z)];
        if (label === 0) continue;
        for (const sum of label === RIGHT_LUNG ? sums : [sums[0]]) {
          sum[0] += x;
          sum[1] += y;
          sum[2] += z;
          sum[3] += 1;
        }
      }
  const middle = (sum: Float64Array): VoxelXyz => {
    const at = (axis: Axis) => Math.floor(sum[3] > 0 ? sum[axis] / sum[3] : size[axis] / 2);
    return [at(0), at(1), at(2)];
  };
  return [middle(sums[0]), middle(sums[1])];
}

function sideBySide(panels: readonly Canvas[]): Canvas {
  const width = panels.reduce((sum, panel) => sum + panel.width + GAP, -GAP);
  const height = Math.max(...panels.map((panel) => panel.height));
  const rgb = new Uint8Array(3 * width * height);
  let left = 0;
  for (const panel of panels) {
    for (let y = 0; y < panel.height; y++)
      rgb.set(panel.rgb.subarray(3 * panel.width * y, 3 * panel.width * (y + 1)), 3 * (left + width * y));
    left += panel.width + GAP;
  }
  return { width, height, rgb };
}

const asImage = ({ width, height, rgb }: Canvas) => ({
  width,
  height,
  data: rgb,
  channels: 3,
  depth: 8 as const,
});
