/**
 * What every engine is held against: both networks walked layer by layer, plainly and in double precision, with PyTorch's
 * padding, no folding, no reversal.
 */
import { PATCH_EDGE } from '../imaging/atlas/atlas.js';
import { EDGE_OVERLAP } from '../imaging/atlas/adjacency.js';
import type { Parameters } from './architecture.js';
import { graphNetwork } from './graph-network.js';
import { KERNEL, type Activation, type BatchNorm } from './layers.js';
import { networkInput, patchEncoder } from './patch-encoder.js';

const TAPS = KERNEL ** 3;

/** One patch `[z, y, x]` in HU to 128 features; takes a good part of a second. */
export function referenceEncoder(parameters: Parameters, patch: Int16Array): Float64Array {
  let edge = PATCH_EDGE;
  let x = Float64Array.from(patch, networkInput);
  for (const layer of patchEncoder.body)
    switch (layer.kind) {
      case 'convolution': {
        const of = (name: string) => parameters[`${layer.name}.${name}`].data;
        x = convolve(x, edge, of('weight'), of('bias'), layer.stride);
        edge /= layer.stride;
        break;
      }
      case 'batch-norm':
        x = normalise(x, layer, parameters, (i) => Math.floor(i / edge ** 3));
        break;
      case 'activation':
        x = x.map(functions[layer.name]);
        break;
      case 'flatten':
        break; // they lie one after the other
    }
  return x;
}

/** A subject's features `[nodes, 128]` to its vector. */
export function referenceGraphNetwork(
  parameters: Parameters,
  features: Float32Array,
  adjacency: Float64Array,
): Float64Array {
  const nodes = Math.sqrt(adjacency.length);
  let x = Float64Array.from(features);
  for (const layer of graphNetwork.body) {
    const width = x.length / nodes;
    switch (layer.kind) {
      case 'graph-convolution': {
        const of = (name: string) => parameters[`${layer.name}.${name}`].data;
        x = convolveGraph(x, adjacency, of('weight'), of('bias'));
        break;
      }
      case 'batch-norm':
        x = normalise(x, layer, parameters, (i) => i % width);
        break;
      case 'activation':
        x = x.map(functions[layer.name]);
        break;
      case 'mean-over-nodes': {
        const mean = new Float64Array(width);
        x.forEach((value, i) => (mean[i % width] += value / nodes));
        x = mean;
        break;
      }
    }
  }
  return x;
}

const functions: Readonly<Record<Activation['name'], (v: number) => number>> = {
  elu: (v) => (v > 0 ? v : Math.expm1(v)),
  relu: (v) => Math.max(v, 0),
};

function normalise(
  x: Float64Array<ArrayBuffer>,
  { name, epsilon }: BatchNorm,
  parameters: Parameters,
  channelOf: (i: number) => number,
): Float64Array<ArrayBuffer> {
  const of = (what: string) => parameters[`${name}.${what}`].data;
  const [weight, bias, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map(of);
  return x.map((value, i) => {
    const c = channelOf(i);
    return (value - mean[c]) * (weight[c] / Math.sqrt(variance[c] + epsilon)) + bias[c];
  });
}

/** Of `[channels, edge, edge, edge]`, kernel 3, padding 1. */
function convolve(x: Float64Array, edge: number, weight: Float32Array, bias: Float32Array, stride: number) {
  const to = bias.length;
  const from = weight.length / (TAPS * to);
  const outEdge = edge / stride;
  const out = new Float64Array(to * outEdge ** 3);
  for (let o = 0; o < to; o++) out.fill(bias[o], o * outEdge ** 3, (o + 1) * outEdge ** 3);
  for (let o = 0; o < to; o++)
    for (let i = 0; i < from; i++)
      for (let tap = 0; tap < TAPS; tap++) {
        const w = weight[(o * from + i) * TAPS + tap];
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

/** PyTorch Geometric's GCNConv by its edge list. */
function convolveGraph(x: Float64Array, adjacency: Float64Array, weight: Float32Array, bias: Float32Array) {
  const nodes = Math.sqrt(adjacency.length);
  const [from, to] = [x.length / nodes, bias.length];
  const edges: [source: number, target: number][] = [];
  for (let s = 0; s < nodes; s++)
    for (let t = 0; t < nodes; t++)
      if (s === t || adjacency[s * nodes + t] > EDGE_OVERLAP) edges.push([s, t]);
  const degree = new Float64Array(nodes);
  for (const [, target] of edges) degree[target] += 1;

  const out = new Float64Array(nodes * to);
  for (let c = 0; c < to; c++) {
    const projected = new Float64Array(nodes);
    for (let n = 0; n < nodes; n++)
      for (let k = 0; k < from; k++) projected[n] += x[n * from + k] * weight[k * to + c];
    for (let n = 0; n < nodes; n++) out[n * to + c] = bias[c];
    for (const [s, t] of edges) out[t * to + c] += projected[s] / Math.sqrt(degree[s] * degree[t]);
  }
  return out;
}
