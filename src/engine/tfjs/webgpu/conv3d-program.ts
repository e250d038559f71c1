/**
 * conv3d, bias and ELU in one WGSL program, written for its shape. TensorFlow's `same` padding.
 *
 * Activations lie as `[items, channels / 4, z, y, x, 4]`: neighbouring threads load neighbouring vec4s. A thread sums a few
 * voxels of a row times a few quads (four channels) of the output in registers, always in the same order; its workgroup shares the
 * filters of one z-plane of taps and a slab of channels in workgroup memory (4.6 KB; the least device has 16).
 */
import { THREADS, type Program } from './gpu.js';

export interface Conv3dShape {
  /** Input channels: a multiple of 4, or 1 that is a patch in HU (below). */
  readonly from: number;
  /** Output channels, a multiple of 4. */
  readonly to: number;
  readonly stride: 1 | 2;
  /** Voxels along each axis of the input, a multiple of the stride; a power of two. */
  readonly edge: number;
  readonly kernel: 1 | 3;
}

/**
 * Reads `x`, `filters` `[kernel, kernel, kernel, from, to]` and `bias` `[to]`. With one input channel `x` is int16 HU
 * `[items, z, y, x]`, two a word, and is taken as (HU + 1024) / 632 - 1, reversed along the three axes.
 */
export function conv3dProgram({ from, to, stride, edge, kernel }: Conv3dShape): Program {
  const outEdge = edge / stride;
  const before = kernel === 3 && stride === 1 ? 1 : 0;
  /** Input channels that one load gets. */
  const lanes = Math.min(4, from);
  /** Of the output, by a thread: 32 sums where there are voxels enough, fewer in more threads where there are not. */
  const voxels = Math.min(4, outEdge);
  const quads = outEdge < 4 ? 1 : 2;
  const slab = Math.min(from, 32 / quads);
  const rowsAlong = outEdge / voxels;
  const rows = rowsAlong * outEdge ** 2;
  const tile = kernel ** 2 * slab * quads;

  const each = (count: number, line: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => line(i)).join('\n');
  const loaded = (voxels - 1) * stride + kernel;
  const zero = lanes === 1 ? '0.0' : 'vec4<f32>()';
  /** Of a row of the input; only its ends may lie outside. */
  const load = (i: number) => {
    const fetch = `v${i} = load(at + ${i}, item);`;
    if (i < before) return `if (x0 > 0) { ${fetch} }`;
    return kernel === 3 && i === loaded - 1 ? `if (x0 + ${voxels} < ${outEdge}) { ${fetch} }` : fetch;
  };
  const multiply = (kx: number, lane: number, quad: number) => `{
    let weights = tile[atTile + ${(kx * slab + lane) * quads + quad}];
    ${each(voxels, (v) => `sum${v}_${quad} += v${v * stride + kx}${lanes === 1 ? '' : `[${lane}]`} * weights;`)}
  }`;

  const code = `
  var<workgroup> tile: array<vec4<f32>, ${tile}>;
  ${lanes === 1 ? readHounsfield(edge ** 3) : 'fn load(at: i32, item: i32) -> vec4<f32> { return x[at]; }'}
  ${elu}
  fn main() {
    let own = i32(workgroupId.x) * ${THREADS} + i32(localIndex);
    let row = min(own, uniforms.items * ${rows} - 1); // threads left over still load filters
    let x0 = row % ${rowsAlong} * ${voxels};
    let y0 = row / ${rowsAlong} % ${outEdge};
    let z0 = row / ${rowsAlong * outEdge} % ${outEdge};
    let item = row / ${rows};
    let quad0 = i32(workgroupId.y) * ${quads};
    ${each(voxels, (v) => each(quads, (q) => `var sum${v}_${q} = vec4<f32>();`))}
    for (var channel0 = 0; channel0 < ${from}; channel0 += ${slab}) {
      for (var kz = 0; kz < uniforms.kernel; kz++) {
        workgroupBarrier();
        for (var i = i32(localIndex); i < ${tile}; i += ${THREADS}) {
          let tap = kz * ${kernel ** 2} + i / ${slab * quads};
          let channel = channel0 + i / ${quads} % ${slab};
          tile[i] = filters[(tap * ${from} + channel) * ${to / 4} + quad0 + i % ${quads}];
        }
        workgroupBarrier();
        let z = z0 * ${stride} + kz - ${before};
        for (var ky = 0; ky < uniforms.kernel; ky++) {
          let y = y0 * ${stride} + ky - ${before};
          if (min(z, y) < 0 || max(z, y) >= ${edge}) { continue; }
          for (var channel = 0; channel < uniforms.slab; channel += ${lanes}) {
            let plane = item * ${from / lanes} + (channel0 + channel) / ${lanes};
            let at = ((plane * ${edge} + z) * ${edge} + y) * ${edge} + x0 * ${stride} - ${before};
            let atTile = (ky * ${kernel * slab} + channel) * ${quads};
            ${each(loaded, (i) => `var v${i} = ${zero};`)}
            ${each(loaded, load)}
            ${each(kernel, (kx) => each(lanes, (lane) => each(quads, (quad) => multiply(kx, lane, quad))))}
          }
        }
      }
    }
    if (row != own) { return; }
    ${each(
      quads,
      (q) => `{
      let plane = item * ${to / 4} + quad0 + ${q};
      let at = ((plane * ${outEdge} + z0) * ${outEdge} + y0) * ${outEdge} + x0;
      ${each(voxels, (v) => `result[at + ${v}] = elu(sum${v}_${q} + bias[quad0 + ${q}]);`)}
    }`,
    )}
  }`;
  return {
    name: `conv3d ${from} ${to} ${stride} ${edge} ${kernel}`,
    inputs: { x: lanes === 1 ? 1 : 4, filters: 4, bias: 4 },
    loops: { kernel, slab },
    code,
    workgroups: (items) => [Math.ceil((items * rows) / THREADS), to / (4 * quads)],
  };
}

const readHounsfield = (voxels: number) => `
  fn load(at: i32, item: i32) -> f32 {
    let voxel = (2 * item + 1) * ${voxels} - 1 - at;
    let hu = extractBits(x[voxel / 2], u32(voxel % 2) * 16u, 16u);
    return (f32(hu) + 1024.0) / 632.0 - 1.0;
  }`;

/** exp(v) - 1 loses its digits near 0: its series there, to within 4e-8 of it. NaN and infinity come through. */
const elu = `
  fn elu(v: vec4<f32>) -> vec4<f32> {
    let series = v * (1.0 + v / 2.0 * (1.0 + v / 3.0 * (1.0 + v / 4.0 * (1.0 + v / 5.0 * (1.0 + v / 6.0 * (1.0 + v / 7.0))))));
    let negative = select(exp(v) - 1.0, series, v > vec4<f32>(-0.4));
    return select(v, negative, v <= vec4<f32>());
  }`;
