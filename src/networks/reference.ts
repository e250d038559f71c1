/**
 * What every engine is held against: both networks as reference section 6 reads, plainly and in double precision, with PyTorch's
 * padding, no folding, no reversal.
 */
import { PATCH_EDGE } from '../imaging/atlas/atlas.js';
import type { Parameters } from './architecture.js';

const layers: readonly [conv: string, norm: string, stride: number][] = [
  ['conv1', 'bn1', 1],
  ['conv2', 'bn2', 2],
  ...[1, 2, 3].flatMap((block): [string, string, number][] => [
    [`downsample${block}.0`, `downsample${block}.1`, 1],
    [`downsample${block}.3`, `downsample${block}.4`, 1],
    [`downsample${block}.6`, `downsample${block}.7`, 2],
  ]),
  ['conv3', 'bn3', 1],
  ['conv4', 'bn4', 2],
];

/** One patch `[z, y, x]` in HU to 128 features; takes a good part of a second. */
export function referenceEncoder(parameters: Parameters, patch: Int16Array): Float64Array {
  let edge = PATCH_EDGE;
  let x = Float64Array.from(patch, (hu) => (hu + 1024) / 632 - 1);
  for (const [conv, norm, stride] of layers) {
    const of = (name: string) => parameters[name].data;
    const y = convolve(x, edge, of(`${conv}.weight`), of(`${conv}.bias`), stride);
    edge /= stride;
    x = y.map((value, i) => {
      const c = Math.floor(i / edge ** 3);
      const scale = of(`${norm}.weight`)[c] / Math.sqrt(of(`${norm}.running_var`)[c] + 1e-5);
      return elu((value - of(`${norm}.running_mean`)[c]) * scale + of(`${norm}.bias`)[c]);
    });
  }
  return x;
}

const elu = (v: number) => (v > 0 ? v : Math.expm1(v));

/** `[channels, edge, edge, edge]`, kernel 3, padding 1. */
function convolve(x: Float64Array, edge: number, weight: Float32Array, bias: Float32Array, stride: number) {
  const to = bias.length;
  const from = weight.length / (27 * to);
  const outEdge = edge / stride;
  const out = new Float64Array(to * outEdge ** 3);
  for (let o = 0; o < to; o++) out.fill(bias[o], o * outEdge ** 3, (o + 1) * outEdge ** 3);
  for (let o = 0; o < to; o++)
    for (let i = 0; i < from; i++)
      for (let tap = 0; tap < 27; tap++) {
        const w = weight[(o * from + i) * 27 + tap];
        const [kz, ky, kx] = [Math.floor(tap / 9) - 1, (Math.floor(tap / 3) % 3) - 1, (tap % 3) - 1];
        for (let z = 0; z < outEdge; z++) {
          const iz = z * stride + kz;
          if (iz < 0 || iz >= edge) continue;
          for (let y = 0; y < outEdge; y++) {
            const iy = y * stride + ky;
            if (iy < 0 || iy >= edge) continue;
            const at = ((o * outEdge + z) * outEdge + y) * outEdge;
            const row = ((i * edge + iz) * edge + iy) * edge;
            for (let c = 0; c < outEdge; c++) {
              const ix = c * stride + kx;
              if (ix >= 0 && ix < edge) out[at + c] += w * x[row + ix];
            }
          }
        }
      }
  return out;
}

/** PyTorch Geometric's GCNConv by its edge list, BatchNorm, ELU, mean over the nodes. */
export function referenceGraphNetwork(
  parameters: Parameters,
  features: Float32Array,
  adjacency: Float64Array,
  threshold: number,
): Float64Array {
  const of = (name: string) => parameters[name].data;
  const nodes = Math.sqrt(adjacency.length);
  const width = features.length / nodes;
  const edges: [source: number, target: number][] = [];
  for (let s = 0; s < nodes; s++)
    for (let t = 0; t < nodes; t++) if (s === t || adjacency[s * nodes + t] > threshold) edges.push([s, t]);
  const degree = new Float64Array(nodes);
  for (const [, target] of edges) degree[target] += 1;

  const weight = of('conv1.weight');
  const embedding = new Float64Array(width);
  for (let c = 0; c < width; c++) {
    const projected = new Float64Array(nodes);
    for (let n = 0; n < nodes; n++)
      for (let k = 0; k < width; k++) projected[n] += features[n * width + k] * weight[k * width + c];
    const mixed = new Float64Array(nodes).fill(of('conv1.bias')[c]);
    for (const [s, t] of edges) mixed[t] += projected[s] / Math.sqrt(degree[s] * degree[t]);
    const scale = of('bn1.module.weight')[c] / Math.sqrt(of('bn1.module.running_var')[c] + 1e-5);
    for (const value of mixed) {
      embedding[c] +=
        elu((value - of('bn1.module.running_mean')[c]) * scale + of('bn1.module.bias')[c]) / nodes;
    }
  }
  return embedding;
}
