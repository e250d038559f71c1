/** Opens and closes every stage without a scan: atlases, weights and engines are there. Leaves no trace of an output. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoadedPipeline } from '../config/pipeline/load-pipeline.js';
import type { Subject } from '../core/subject.js';
import { closeStages, openStages } from '../runtime/open-stages.js';
import { createWorkerPool } from '../workers/pool.js';
import { provenanceOf } from './provenance.js';

export async function rehearse(
  loaded: LoadedPipeline,
  subjects: readonly Subject[],
  onNotice: (message: string) => void,
): Promise<void> {
  const outDir = await mkdtemp(join(tmpdir(), 'lungflow-rehearsal-'));
  const workers = createWorkerPool(1);
  try {
    const running = await openStages({
      stages: loaded.stages.map(({ stage }) => stage),
      subjects,
      workers,
      jobs: 1,
      outDir,
      resolvePath: loaded.resolvePath,
      provenance: provenanceOf(loaded),
      onNotice,
    });
    await closeStages(running, 'interrupted');
  } finally {
    await workers.close();
    await rm(outDir, { recursive: true, force: true });
  }
}
