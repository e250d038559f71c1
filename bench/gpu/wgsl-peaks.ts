/**
 * `node wgsl-peaks.js REPEATS`: what the card that WebGPU finds can do at most, by the plainest kernels: fused multiply-adds in registers,
 * a copy of what no cache holds, and an upload. Prints `WgslPeaks` as JSON. A process of its own: Dawn keeps one alive.
 */
import type * as dawn from 'webgpu';
import { findInstalled } from '../../src/engine/packages.js';

/** One number a repeat. */
export interface WgslPeaks {
  /** float32, a multiply-add counted as two. */
  readonly tflops: readonly number[];
  /** Read and written, both counted. */
  readonly gbs: readonly number[];
  /** From the host's memory. */
  readonly uploadGbs: readonly number[];
}

const GROUP = 256;
const MOST_GROUPS = 65535;
const ROUNDS = 512;
const UNROLLED = 8;
const CHAINS = ['a', 'b', 'c', 'd'];
const FLOPS_A_THREAD = ROUNDS * UNROLLED * CHAINS.length * 4 * 2;
/** So long that what a launch costs does not count. */
const LONG_ENOUGH_SECONDS = 0.03;
const COPY_BYTES = 128 * 2 ** 20;
/** The patches of a scan. */
const UPLOAD_BYTES = 2 * 581 * 32 ** 3;

const chains = (each: (chain: string, i: number) => string) => CHAINS.map(each).join(' ');
/** The result is written only if it is a number that it never is: compilers do not know. */
const MULTIPLY_ADD = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> result: array<vec4f>;
@compute @workgroup_size(${GROUP})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let x = vec4f(f32(id.x) * 1e-9);
  let factor = 0.999 + x;
  ${chains((chain, i) => `var ${chain} = x + ${i}.0;`)}
  for (var round = 0u; round < ${ROUNDS}u; round++) {
    ${chains((chain) => `${chain} = fma(${chain}, factor, x);`).repeat(UNROLLED)}
  }
  let sum = ${CHAINS.join(' + ')};
  if (sum.x == 12345.678) { result[0] = sum; }
}`;
const COPY = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> target_: array<vec4f>;
@group(0) @binding(1) var<storage, read> source: array<vec4f>;
@compute @workgroup_size(${GROUP})
fn main(@builtin(global_invocation_id) id: vec3u) { target_[id.x] = source[id.x]; }`;

/** Collected as garbage, it would take its devices with it. */
let gpu: GPU;

async function measure(repeats: number): Promise<WgslPeaks> {
  const { create, globals } = (await import(findInstalled('webgpu')!)) as typeof dawn;
  Object.assign(globalThis, globals);
  gpu = create([]);
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw new Error('WebGPU found no graphics driver');
  const device = await adapter.requestDevice();
  const buffer = (size: number) =>
    device.createBuffer({ size, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST });

  function kernel(code: string, buffers: readonly GPUBuffer[]): (groups: number, times: number) => void {
    const module = device.createShaderModule({ code });
    const pipeline = device.createComputePipeline({ layout: 'auto', compute: { module } });
    const bound = device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    return (groups, times) => {
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, bound);
      for (let i = 0; i < times; i++) pass.dispatchWorkgroups(groups);
      pass.end();
      device.queue.submit([encoder.finish()]);
    };
  }

  async function seconds(work: () => void): Promise<number> {
    const began = performance.now();
    work();
    await device.queue.onSubmittedWorkDone();
    return (performance.now() - began) / 1e3;
  }

  /** @param run does so many units of work, of which there are to be enough for the clock */
  async function rates(run: (units: number) => void, most: number): Promise<number[]> {
    await seconds(() => run(1)); // compiles
    let units = 1;
    while (units < most && (await seconds(() => run(units))) < LONG_ENOUGH_SECONDS) units *= 2;
    units = Math.min(units, most);
    const each: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) each.push(units / (await seconds(() => run(units))));
    return each;
  }

  const multiplyAdd = kernel(MULTIPLY_ADD, [buffer(16)]);
  const copy = kernel(COPY, [buffer(COPY_BYTES), buffer(COPY_BYTES)]);
  const [patches, room] = [new Uint8Array(UPLOAD_BYTES), buffer(UPLOAD_BYTES)];
  const upload = (times: number) => {
    for (let i = 0; i < times; i++) device.queue.writeBuffer(room, 0, patches);
  };
  return {
    tflops: (await rates((groups) => multiplyAdd(groups, 1), MOST_GROUPS)).map(
      (groups) => (groups * GROUP * FLOPS_A_THREAD) / 1e12,
    ),
    gbs: (await rates((times) => copy(COPY_BYTES / 16 / GROUP, times), 1024)).map(
      (times) => (times * 2 * COPY_BYTES) / 1e9,
    ),
    uploadGbs: (await rates(upload, 64)).map((times) => (times * UPLOAD_BYTES) / 1e9),
  };
}

const peaks = await measure(Number(process.argv[2]));
process.stdout.write(JSON.stringify(peaks), () => process.exit());
