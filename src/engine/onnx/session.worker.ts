/** Runs on threads of one model: each has its own session. */
import type { ModelBytes } from '../../networks/onnx-file.js';
import { importOnnxRuntime, type SessionOptions } from './runtime.js';
import { openSession, type Output, type Session, type Values } from './session.js';

/** Where the session comes from: the same at every call. */
export interface SessionSource {
  /** Of the package's main module. */
  readonly url: string;
  readonly model: ModelBytes;
  readonly options: SessionOptions;
}

let session: Promise<Session> | undefined;

export async function run(source: SessionSource, inputs: Readonly<Record<string, Values>>): Promise<Output> {
  session ??= open(source);
  return (await session).run(inputs);
}

const open = async ({ url, model, options }: SessionSource): Promise<Session> =>
  openSession(await importOnnxRuntime(url), model, options);
