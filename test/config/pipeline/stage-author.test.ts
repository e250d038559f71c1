/** What docs/stage-authors.md promises, tested with its own example. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadPipelineFile } from '../../../src/config/pipeline/load-pipeline.js';
import { runStage, type StageRunOptions } from '../../../src/testing/index.js';
import { createWorkerPool } from '../../../src/workers/pool.js';
import { stageTypes } from './stages.js';
import { temporaryDirectory } from '../../temporary.js';

const example = fileURLToPath(new URL('../../../../docs/examples/low-attenuation.js', import.meta.url));

describe('the stage author’s example', () => {
  const loadExample = async () => {
    const dir = temporaryDirectory('author');
    const text = `stages:\n  - load\n  - segment\n  - use: ${example}\n    with: { threshold: -900 }\n`;
    await writeFile(join(dir, 'p.yaml'), text);
    const loaded = await loadPipelineFile('p.yaml', { stageTypes, cwd: dir });
    return loaded.stages[2].stage;
  };

  const work = async (labels: readonly number[], options: StageRunOptions = {}) => {
    const ct = { voxels: Int16Array.of(-950, -901, -900, -1000, 40) };
    const { given, facts, flags } = await runStage(
      await loadExample(),
      { ct, lungs: { voxels: Uint8Array.from(labels) } },
      options,
    );
    return { given, facts, flags };
  };

  it('loads by `use:`, takes its options and counts, on this thread and on one of its own', async () => {
    assert.deepEqual((await loadExample()).config, { threshold: -900 });
    const counted = { given: {}, facts: { low_attenuation: 0.5 }, flags: [] };
    assert.deepEqual(await work([1, 2, 2, 0, 1]), counted);
    const workers = createWorkerPool(1);
    try {
      assert.deepEqual(await work([1, 2, 2, 0, 1], { env: { workers } }), counted);
    } finally {
      await workers.close();
    }
  });

  it('flags what is suspicious and refuses what is impossible', async () => {
    const { flags } = await work([1, 1, 0, 1, 0]);
    assert.deepEqual(flags, ['more than 60% of the lungs is low attenuation']);
    await assert.rejects(work([0, 0, 0, 0, 0]), { code: 'lung-missing', kind: 'input' });
  });

  it('is under 40 lines, and stands whole in the guide', async () => {
    const code = await readFile(example, 'utf8');
    assert.ok(code.trimEnd().split('\n').length < 40);
    const guide = await readFile(new URL('../../../../docs/stage-authors.md', import.meta.url), 'utf8');
    assert.ok(guide.includes(code), 'docs/stage-authors.md shows another version of the example');
  });
});
