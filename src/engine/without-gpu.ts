/** The error of an engine that is installed and finds no GPU. */
import { LungflowError, modelError } from '../core/errors.js';
import type { EngineDescriptor, GpuDescriptor } from './descriptor.js';
import { orFallback } from './fallback.js';

const CODE = 'engine-without-gpu';

/** @param why as the end of a sentence */
export const withoutGpu = (
  { name, gpu }: Pick<EngineDescriptor, 'name'> & { readonly gpu: GpuDescriptor },
  why: string,
): LungflowError =>
  modelError(
    CODE,
    `The engine ${name} found no GPU: ${why}.`,
    orFallback(`${gpu.remedy} (docs/gpu.md says more)`),
  );

export const isWithoutGpu = (thrown: unknown): thrown is LungflowError =>
  thrown instanceof LungflowError && thrown.code === CODE;
