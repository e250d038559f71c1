/** What a job runs: a pipeline that was composed in code, or read from a file. */
import { basename, isAbsolute, resolve } from 'node:path';
import { stringify } from 'yaml';
import type { LoadedPipeline } from '../config/pipeline/load-pipeline.js';
import { requireComposition } from '../core/composition.js';
import type { Pipeline } from '../core/pipeline.js';
import type { Stage } from '../core/stage.js';

/** As much of a `LoadedPipeline` as running it takes. */
export type Plan = Pick<
  LoadedPipeline,
  'name' | 'text' | 'identity' | 'input' | 'out' | 'start' | 'resolvePath'
> & {
  readonly stages: readonly { readonly stage: Stage }[];
};

/** @throws LungflowError when the stages do not follow each other */
export function planOf(pipeline: Pipeline<object> | LoadedPipeline): Plan {
  if ('text' in pipeline) return pipeline;
  requireComposition(pipeline.stages);
  const text = stringify({
    stages: pipeline.stages.map(({ name, config }) => ({ [name]: withoutFolders(config) })),
  });
  return {
    name: 'composed',
    text,
    identity: text,
    stages: pipeline.stages.map((stage) => ({ stage })),
    resolvePath: (path) => resolve(path),
  };
}

/** What is recorded says nothing about the machine: of an absolute path the last part, as of one in a file. */
const withoutFolders = (config: unknown): unknown =>
  JSON.parse(
    JSON.stringify(config, (_, value: unknown) =>
      typeof value === 'string' && isAbsolute(value) ? basename(value) : value,
    ),
  );
