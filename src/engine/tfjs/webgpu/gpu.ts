/**
 * A WebGPU device as the networks use it: batches are recorded and submitted one after the other, and read back when they are
 * ready, so that the next one is uploaded while the device computes. tfjs compiles and dispatches the programs.
 */
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import pLimit from 'p-limit';
import { resourceError } from '../../../core/errors.js';
import type { DeviceMemory } from '../../device/backend.js';
import { deviceMemoryError } from '../../device/memory-error.js';
import type { Device } from '../../engine.js';
import { orFallback } from '../../fallback.js';
import type { Tf } from '../tfjs.js';

/** Threads of a workgroup. */
export const THREADS = 64;

/** What runs on the device; its result is an array of vec4. */
export interface Program {
  /** Tells it from every other. */
  readonly name: string;
  /** Arrays it reads by their names in the code, and whether by one number or four at a time. */
  readonly inputs: Readonly<Record<string, 1 | 4>>;
  /** Bounds of its loops, as uniforms: a compiler that knew them would unroll the loops, some for minutes. */
  readonly loops?: Readonly<Record<string, number>>;
  /** WGSL with a `fn main()`, beside what tfjs puts before it: `result`, `localIndex`, `workgroupId`, `uniforms.items`. */
  readonly code: string;
  /** For so many items. */
  readonly workgroups: (items: number) => readonly [x: number, y: number];
}

/** The part of tfjs's backend that is used. */
export type TfjsBackend = Pick<
  WebGPUBackend,
  | 'device'
  | 'queue'
  | 'bufferManager'
  | 'tensorMap'
  | 'createTensorFromGPUData'
  | 'runWebGPUProgram'
  | 'ensureCommandEncoderReady'
  | 'endComputePassEncoder'
  | 'submitQueue'
>;

interface Scratch {
  readonly buffer: GPUBuffer;
  readonly tensor: Tensor;
}

/** From the innermost scope to the outermost: what failed for want of memory fails elsewhere, too. */
const ERRORS: readonly GPUErrorFilter[] = ['out-of-memory', 'validation', 'internal'];

export class Gpu {
  readonly limits: GPUSupportedLimits;
  readonly #backend: TfjsBackend;
  readonly #oneAtATime = pLimit(1);
  /** One set for all batches: the device runs them in turn. */
  readonly #scratch = new Map<string, Scratch>();
  /** Dawn must not see shared memory: it would crash. */
  #unshared = new Uint8Array();
  #failure: Error | undefined;

  constructor(
    readonly tf: Tf,
    backend: TfjsBackend,
    readonly device: Device,
  ) {
    this.#backend = backend;
    const { device: gpu } = backend;
    this.limits = gpu.limits;
    gpu.onuncapturederror = ({ error }) => (this.#failure ??= new Error(`WebGPU: ${error.message}`));
    void gpu.lost.then(({ reason, message }) => {
      if (reason === 'destroyed') return;
      this.#failure = resourceError(
        'device-lost',
        `The device ${device.name} stopped (${message}).`,
        orFallback('Start the run again; if it happens again, update its driver'),
      );
    });
  }

  /**
   * Runs a batch.
   * @param record writes and runs, without a pause, and returns what holds the result
   * @param length numbers of the result
   * @param read gets them, in memory that is gone afterwards
   * @throws resourceError `device-memory`, `device-lost`
   */
  async batch(length: number, record: () => TensorInfo, read: (result: Float32Array) => void): Promise<void> {
    const bytes = 4 * length;
    const staging = await this.#oneAtATime(() => this.#submit(record, bytes));
    try {
      await staging.mapAsync(GPUMapMode.READ, 0, bytes);
      read(new Float32Array(staging.getMappedRange(0, bytes)));
    } catch (thrown) {
      throw this.#failure ?? thrown;
    } finally {
      staging.destroy();
    }
  }

  async #submit(record: () => TensorInfo, bytes: number): Promise<GPUBuffer> {
    if (this.#failure) throw this.#failure;
    const { device, queue } = this.#backend;
    for (const kind of ERRORS.toReversed()) device.pushErrorScope(kind);
    let errors: Promise<(GPUError | null)[]>;
    let staging: GPUBuffer;
    try {
      const { dataId } = record();
      this.#backend.ensureCommandEncoderReady();
      this.#backend.endComputePassEncoder();
      this.#backend.submitQueue();
      const commands = device.createCommandEncoder();
      staging = device.createBuffer({
        size: bytes,
        usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
      });
      const result = this.#backend.tensorMap.get(dataId).resource as GPUBuffer;
      commands.copyBufferToBuffer(result, 0, staging, 0, bytes);
      queue.submit([commands.finish()]);
    } finally {
      errors = Promise.all(ERRORS.map(() => device.popErrorScope()));
    }
    const error = (await errors).find((each) => each !== null);
    if (!error) return staging;
    staging.destroy();
    this.#dropScratch();
    if (!(error instanceof GPUOutOfMemoryError)) throw new Error(`WebGPU: ${error.message}`);
    throw deviceMemoryError(error);
  }

  /** An array that holds at least so many numbers until the next batch is recorded; a second call may move it. */
  scratch(name: string, length: number, dtype: 'float32' | 'int32' = 'float32'): TensorInfo {
    const size = 4 * length;
    const present = this.#scratch.get(name);
    if (present && present.buffer.size >= size) return present.tensor;
    if (present) this.#drop(present);
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const buffer = this.#backend.device.createBuffer({ size, usage });
    const tensor = this.#backend.createTensorFromGPUData({ buffer, zeroCopy: true }, [length], dtype);
    this.#scratch.set(name, { buffer, tensor });
    return tensor;
  }

  /** Scratch that holds these numbers, one array after the other. */
  upload(name: string, dtype: 'float32' | 'int32', arrays: readonly ArrayBufferView[]): TensorInfo {
    const bytes = arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
    if (this.#unshared.length < bytes) this.#unshared = new Uint8Array(bytes);
    let at = 0;
    for (const { buffer, byteOffset, byteLength } of arrays) {
      this.#unshared.set(new Uint8Array(buffer, byteOffset, byteLength), at);
      at += byteLength;
    }
    const tensor = this.scratch(name, bytes / 4, dtype);
    this.#backend.queue.writeBuffer(this.#scratch.get(name)!.buffer, 0, this.#unshared, 0, bytes);
    return tensor;
  }

  run(program: Program, inputs: readonly TensorInfo[], output: TensorInfo, items: number): void {
    const { name, inputs: arrays, loops, code, workgroups } = program;
    const uniforms = Object.entries({ items, ...loops });
    const call = {
      shaderKey: name,
      variableNames: Object.keys(arrays),
      variableComponents: Object.values(arrays),
      outputComponent: 4,
      outputShape: output.shape,
      uniforms: uniforms.map(([name]) => `${name} : i32,`).join(' '),
      workgroupSize: [THREADS, 1, 1] as [number, number, number],
      dispatchLayout: { x: [0], y: [0] },
      dispatch: [...workgroups(items), 1] as [number, number, number],
      getUserCode: () => code,
    };
    this.#backend.runWebGPUProgram(
      call,
      [...inputs],
      'float32',
      uniforms.map(([, value]) => ({ type: 'int32', data: [value] })),
      output,
    );
  }

  memory(): DeviceMemory {
    let bytes = this.#backend.bufferManager.numBytesAllocated;
    for (const { buffer } of this.#scratch.values()) bytes += buffer.size;
    return { tensors: this.tf.memory().numTensors, bytes };
  }

  dispose(): void {
    this.#dropScratch();
    this.tf.removeBackend('webgpu');
    this.#backend.device.destroy();
    Reflect.deleteProperty(globalThis, 'navigator'); // it would keep the process alive
  }

  #drop({ buffer, tensor }: Scratch): void {
    tensor.dispose();
    buffer.destroy();
  }

  /** After a failure some may be invalid; the next batch makes its own. */
  #dropScratch(): void {
    for (const each of this.#scratch.values()) this.#drop(each);
    this.#scratch.clear();
  }
}
