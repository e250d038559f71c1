/** What is used of onnxruntime-node's API: the package is optional, so its own types may be absent. */
import { forbidTf32 } from '../tf32.js';

export interface OnnxRuntime {
  /** Read before the first session opens. */
  readonly env: { logLevel?: 'fatal' };
  /** What the package was built with. */
  listSupportedBackends(): readonly { readonly name: string }[];
  readonly InferenceSession: {
    create(model: Uint8Array, options: SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: {
    new (type: 'float32', data: Float32Array, shape: readonly number[]): OnnxTensor;
    new (type: 'int32', data: Int32Array, shape: readonly number[]): OnnxTensor;
  };
}

export interface SessionOptions {
  readonly executionProviders: readonly string[];
  readonly intraOpNumThreads: number;
  /** Files that the model refers to, by the names it has for them. */
  readonly externalData?: readonly { readonly path: string; readonly data: Uint8Array }[];
  /** 4: nothing; errors are thrown. */
  readonly logSeverityLevel: 4;
  /** Entries of onnxruntime_session_options_config_keys.h. */
  readonly extra: { readonly session: Readonly<Record<string, string>> };
}

export interface InferenceSession {
  readonly inputMetadata: readonly ValueMetadata[];
  readonly outputMetadata: readonly ValueMetadata[];
  run(inputs: Readonly<Record<string, OnnxTensor>>): Promise<Readonly<Record<string, OnnxTensor>>>;
  release(): Promise<void>;
}

export type ValueMetadata =
  | { readonly name: string; readonly isTensor: false }
  | {
      readonly name: string;
      readonly isTensor: true;
      readonly type: string;
      /** A name where any size will do; empty where nothing is known. */
      readonly shape: readonly (number | string)[];
    };

export interface OnnxTensor {
  /** float32 where the model says so. */
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** @param url of the package's main module */
export async function importOnnxRuntime(url: string): Promise<OnnxRuntime> {
  forbidTf32();
  const { default: ort } = (await import(url)) as { readonly default: OnnxRuntime };
  ort.env.logLevel = 'fatal'; // errors are thrown
  return ort;
}

/** Its message in one line, without the place in its own source. */
export const onnxReason = (thrown: unknown): string =>
  (thrown instanceof Error ? thrown.message : String(thrown))
    .replace(/^.* was false\. /s, '')
    .replace(/^(\S+\.(cc|h):\d+ \S+|OrtSessionOptions\w+:) /, '')
    .trim()
    .split('\n', 1)[0]
    .replace(/\.$/, '');
