/** `aggregate`: the graph network turns a subject's patch features and their neighbourhood into one vector. */
import { z } from 'zod';
import { inputError, modelError } from '../../src/core/errors.js';
import type { Values } from '../../src/core/port.js';
import { defineStage, type BatchStage } from '../../src/core/stage.js';
import { FEATURES } from '../../src/networks/patch-encoder.js';
import type { Graph, LoadedNetwork } from '../../src/engine/engine.js';
import { openGraphNetwork } from '../../src/inference/open-network.js';
import { networkConfig } from '../../src/inference/network-config.js';
import { adjacency, embedding, nodes } from '../ports.js';

const needs = { nodes, adjacency };
const gives = { embedding };
type Inputs = Values<typeof needs>;
type Outputs = Values<typeof gives>;
type Embedding = Outputs['embedding']['data'];

export const aggregate = defineStage({
  name: 'aggregate',
  version: 2,
  summary: 'Gathers the patches’ features into one vector a subject, by the graph network.',
  lane: 'cpu',
  config: z.strictObject(networkConfig),
  needs,
  gives,
  footprint: () => ({ gives: { embedding: 4 * FEATURES } }),
  async open(config, env) {
    const [, features] = env.shapes['nodes'] ?? [];
    const { engine, network } = await openGraphNetwork(config, env, features);
    return {
      lane: engine.lane,
      batch: subjectBatches(network),
      close: () => engine.dispose(),
    };
  },
});

const subjectBatches = (network: LoadedNetwork<Graph>): BatchStage<Inputs, Outputs, Embedding>['batch'] => ({
  get size() {
    return network.batch;
  },
  waitMs: 5,
  units: () => 1,
  begin({ nodes, adjacency }) {
    const [count, features] = nodes.shape;
    if (features !== FEATURES || adjacency.shape.join() !== `${count},${count}`) {
      throw inputError(
        'graph-shape',
        `The nodes are [${nodes.shape.join(', ')}] and the adjacency [${adjacency.shape.join(', ')}], not [n, 128] and [n, n].`,
        'Use the `patch` and `encode` stages of the same run.',
      );
    }
    return new Float32Array(new SharedArrayBuffer(4 * FEATURES));
  },
  run: (slices, workers) =>
    network.run(
      slices.map(({ inputs, state }) => ({
        features: inputs.nodes.data,
        adjacency: inputs.adjacency.data,
        embedding: state,
      })),
      workers,
    ),
  finish(_inputs, embedding) {
    if (!embedding.every(Number.isFinite)) {
      throw modelError(
        'embedding-not-finite',
        'The graph network gave NaN or infinity for this scan.',
        'Check that the weights belong to this network and were exported whole.',
      );
    }
    return { embedding: { data: embedding, shape: [FEATURES] } };
  },
});
