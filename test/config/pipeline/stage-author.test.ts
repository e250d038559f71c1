/** What docs/stage-authors.md promises, tested with its own example. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadPipelineFile } from '../../../src/config/pipeline/load-pipeline.js';
import type { ItemStage, StageEnv, Task } from '../../../src/core/stage.js';
import type { FactValue } from '../../../src/core/fact.js';
import { createWorkerPool } from '../../../src/workers/pool.js';
import { stageTypes } from './stages.js';
import { temporaryDirectory } from '../../temporary.js';

const example = fileURLToPath(new URL('../../../../docs/examples/low-attenuation.js', import.meta.url));

describe('the stage author’s example', () => {
  const workers = createWorkerPool(1);
  after(() => workers.close());

  const loadExample = async () => {
    const dir = temporaryDirectory('author');
    const text = `stages:\n  - load\n  - segment\n  - use: ${example}\n    with: { threshold: -900 }\n`;
    await writeFile(join(dir, 'p.yaml'), text);
    const loaded = await loadPipelineFile('p.yaml', { stageTypes, cwd: dir });
    return loaded.stages[2].stage;
  };

  const work = async (labels: readonly number[]) => {
    const stage = await loadExample();
    const opened = (await stage.open({} as StageEnv)) as ItemStage<object, object>;
    const facts = new Map<string, FactValue>();
    const flags: string[] = [];
    const task = {
      workers,
      fact: (name: string, value: FactValue) => void facts.set(name, value),
      flag: (message: string) => void flags.push(message),
    } as unknown as Task;
    const voxels = new Int16Array(new SharedArrayBuffer(2 * 5));
    voxels.set([-950, -901, -900, -1000, 40]);
    const lungs = new Uint8Array(new SharedArrayBuffer(5));
    lungs.set(labels);
    const given = await opened.process({ ct: { voxels }, lungs: { voxels: lungs } }, task);
    return { given, facts: Object.fromEntries(facts), flags };
  };

  it('loads by `use:`, takes its options and counts on a worker thread', async () => {
    assert.deepEqual((await loadExample()).config, { threshold: -900 });
    assert.deepEqual(await work([1, 2, 2, 0, 1]), { given: {}, facts: { low_attenuation: 0.5 }, flags: [] });
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
