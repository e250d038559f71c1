import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { loadPipelineFile } from '../../../src/config/pipeline/load-pipeline.js';
import { FileProblems } from '../../../src/config/yaml/problems.js';
import { temporaryDirectory } from '../../temporary.js';
import { stageTypes } from './stages.js';

const dir = temporaryDirectory('includes');
mkdirSync(join(dir, 'parts'));
const part = (name: string, text: string) => writeFileSync(join(dir, 'parts', name), text);

async function load(head: string, set: string[] = []) {
  const stages = 'stages:\n  - load\n  - segment\n  - register: { atlas: ${atlas} }\n';
  writeFileSync(join(dir, 'p.yaml'), `${head}${stages}`);
  const loaded = await loadPipelineFile('p.yaml', { stageTypes, cwd: dir, set });
  return { loaded, atlas: (loaded.stages[2].stage.config as { atlas: string }).atlas };
}

const problemsOf = async (head: string) => {
  const thrown: unknown = await load(head).catch((error: unknown) => error);
  assert.ok(thrown instanceof FileProblems, String(thrown));
  return thrown.lines();
};

describe('include', () => {
  part('a.yaml', 'about: an atlas\nparams: { atlas: ../atlases/a }\n');
  part('b.yaml', 'params:\n  atlas: ./b\n');

  it('takes parameters from files, whose paths are relative to them; the later wins', async () => {
    assert.equal((await load('include: [parts/a.yaml]\n')).atlas, join(dir, 'atlases/a'));
    assert.equal((await load('include: [parts/a.yaml, parts/b.yaml]\n')).atlas, join(dir, 'parts/b'));
  });

  it('yields to the pipeline’s own parameters, and those to --set', async () => {
    const head = 'include: [parts/a.yaml]\nparams: { atlas: own }\n';
    assert.equal((await load(head)).atlas, 'own');
    assert.equal((await load(head, ['atlas=./mine'])).atlas, join(dir, 'mine'));
  });

  it('records the path as it was written, not where it lies on this machine', async () => {
    const { loaded } = await load('include: [parts/a.yaml]\n');
    assert.match(loaded.text, /atlas: \.\.\/atlases\/a/);
    assert.ok(!loaded.text.includes(dir));
  });

  it('says what is wrong with an included file, and where', async () => {
    part('wrong.yaml', 'params: { atlas: x }\nstages: [load]\n');
    assert.deepEqual(await problemsOf('include:\n  - parts/none.yaml\n  - parts/wrong.yaml\n  - 7\n'), [
      'parts/wrong.yaml:2: found the unknown key `stages`, expected `about` or `params`',
      'p.yaml:2: found `parts/none.yaml`: no such file, expected a readable file',
      'p.yaml:4: found 7 for `include.2`, expected text that is not empty',
    ]);
  });
});
