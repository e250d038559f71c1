/** Graphs on the device, all of a batch as one: nodes of one after those of the other. */
import { FEATURES } from '../../../networks/patch-encoder.js';
import { THREADS, type Program } from './gpu.js';

const QUADS = FEATURES / 4;

/** A thread for each four features of each item. */
const workgroups: Program['workgroups'] = (items) => [Math.ceil((items * QUADS) / THREADS), 1];
const place = `
    let own = i32(workgroupId.x) * ${THREADS} + i32(localIndex);
    let item = own / ${QUADS};
    if (item >= uniforms.items) { return; }`;

/** Of each node: its edges' weights times the features of their sources, `[nodes, 128]`. Edges as in `Edges`. */
export const mixProgram: Program = {
  name: 'mix along edges',
  inputs: { features: 4, starts: 1, sources: 1, weights: 1 },
  workgroups,
  code: `
  fn main() {${place}
    var sum = vec4<f32>();
    for (var edge = starts[item]; edge < starts[item + 1]; edge++) {
      sum += weights[edge] * features[sources[edge] * ${QUADS} + own % ${QUADS}];
    }
    result[own] = sum;
  }`,
};

/** Of each graph: the mean over its nodes `[starts[graph], starts[graph + 1])`, `[graphs, 128]`. */
export const meanProgram: Program = {
  name: 'mean over nodes',
  inputs: { features: 4, starts: 1 },
  workgroups,
  code: `
  fn main() {${place}
    var sum = vec4<f32>();
    for (var node = starts[item]; node < starts[item + 1]; node++) {
      sum += features[node * ${QUADS} + own % ${QUADS}];
    }
    result[own] = sum / f32(starts[item + 1] - starts[item]);
  }`,
};
