/** One rule for the directories that stages name among the results: held when the pipeline file is loaded. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { loadPipelineFile } from '../../src/config/pipeline/load-pipeline.js';
import { FileProblems } from '../../src/config/yaml/problems.js';
import { group, preview, write } from '../../stages/index.js';
import { temporaryDirectory } from '../temporary.js';

const directory = temporaryDirectory('directory-option');
const stageTypes = [preview, write, group];

/** What is found wrong with `to`. */
async function problemsWith(stage: string, to: string): Promise<string[]> {
  const path = join(directory, 'pipeline.yaml');
  await writeFile(path, `stages:\n  - ${stage}: { to: ${JSON.stringify(to)} }\n`);
  const thrown = await loadPipelineFile(path, { stageTypes, cwd: directory }).catch(
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof FileProblems, 'no stage gives what they need');
  return thrown.problems
    .filter(({ found }) => found.includes(`\`${stage}.to\``))
    .map(({ found, expected, line }) => `${line}: found ${found}, expected ${expected}`);
}

for (const { stageName } of stageTypes)
  describe(`the directory of ${stageName}`, () => {
    for (const to of ['../x', '/abs', 'a/b', 'a\\b', '.', '..', '', '.hidden'])
      it(`is not ${JSON.stringify(to)}`, async () => {
        assert.deepEqual(await problemsWith(stageName, to), [
          `2: found ${JSON.stringify(to)} for \`${stageName}.to\`, expected the name of a directory: letters, digits, \`_\`, \`-\` and \`.\`, which cannot begin it`,
        ]);
      });

    it('is any plain name', async () => {
      for (const to of ['x', 'My_features-2.1', '_x', '7', 'a..b'])
        assert.deepEqual(await problemsWith(stageName, to), []);
    });
  });
