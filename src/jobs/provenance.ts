/** How a run's results came about, as far as it is known before the stages open: the same for every equal run. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Plan } from './plan.js';

const packageJson = new URL('../../../package.json', import.meta.url);

export const lungflowVersion = (): string =>
  (JSON.parse(readFileSync(packageJson, 'utf8')) as { version: string }).version;

export function provenanceOf({ name, text, identity, stages, start }: Plan): Record<string, string> {
  return {
    pipeline: name,
    pipeline_text: text,
    pipeline_sha256: createHash('sha256').update(identity).digest('hex'),
    lungflow_version: lungflowVersion(),
    ...(start && { started_with: start.stage, left_out: start.leftOut.join(', ') || 'nothing' }),
    stage_versions: stages.map(({ stage }) => `${stage.name} ${stage.version}`).join(', '),
    node_version: process.versions.node,
  };
}
