/** The engines, as the doctor and the help list them. All that is said of them is read from their descriptors. */
import type { EngineDescriptor, GpuDescriptor } from './descriptor.js';
import { node } from './descriptors/node.js';
import { nodeGpu } from './descriptors/node-gpu.js';
import { onnx } from './descriptors/onnx.js';
import { wasm } from './descriptors/wasm.js';
import { webgpu } from './descriptors/webgpu.js';
import { FALLBACK } from './fallback.js';

const LISTED = [nodeGpu, webgpu, node, wasm, onnx] as const;

export type EngineName = (typeof LISTED)[number]['name'];
export type KnownEngine = EngineDescriptor & { readonly name: EngineName };

export const ENGINES: readonly KnownEngine[] = LISTED;
export const ENGINE_NAMES: readonly EngineName[] = LISTED.map(({ name }) => name);
export const engineNamed = (name: EngineName): KnownEngine => ENGINES.find((engine) => engine.name === name)!;

/** Runs users' own encoders. */
export const MODEL_ENGINE: KnownEngine = ENGINES.find(({ runsModels }) => runsModels)!;

export const ENGINE_CHOICES: readonly EngineChoice[] = ['auto', ...ENGINE_NAMES];
/** An engine by name, or `auto`: the first that works. */
export type EngineChoice = EngineName | 'auto';

export type GpuEngine = KnownEngine & { readonly gpu: GpuDescriptor };
/** In the order in which `auto` tries them. */
export const GPU_ENGINES: readonly GpuEngine[] = ENGINES.filter(
  (engine): engine is GpuEngine => engine.gpu !== undefined,
).toSorted((a, b) => a.gpu.autoOrder - b.gpu.autoOrder);

export const AUTO_RULE = `auto takes the first of ${GPU_ENGINES.map(({ name }) => name).join(' and ')} that finds a GPU, else ${FALLBACK.name}`;
