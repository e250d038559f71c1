/** Dependencies point one way: what CONTRIBUTING says of the folders, held by reading every import. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** From each folder to those that it may import from, itself apart. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  'src/core': [],
  'src/kernels': [],
  'src/config': ['src/core', 'src/formats'],
  'src/runtime': ['src/core'],
  'src/workers': ['src/core'],
  'src/imaging': ['src/core', 'src/kernels'],
  'src/formats': ['src/core', 'src/imaging'],
  'src/networks': ['src/core', 'src/formats', 'src/imaging'],
  'src/engine': ['src/core', 'src/formats', 'src/imaging', 'src/kernels', 'src/networks', 'src/workers'],
  'src/trace': ['src/core', 'src/runtime', 'src/workers'],
  'src/jobs': ['src/config', 'src/core', 'src/formats', 'src/runtime', 'src/trace', 'src/workers'],
  src: ['src/config', 'src/core', 'src/imaging', 'src/jobs', 'src/runtime'], // index.ts
  stages: ['src/core', 'src/engine', 'src/formats', 'src/imaging', 'src/networks'],
  data: ['src/core', 'src/formats', 'src/imaging', 'src/workers'],
  'src/cli': [
    ...['src/config', 'src/core', 'src/engine', 'src/formats', 'src/imaging', 'src/jobs', 'src/networks'],
    ...['src/runtime', 'src/workers', 'stages', 'data'],
  ],
};

/** Every relative import below `folder`: from which file to which, relative to the project. */
function importsOf(folder: string): { readonly from: string; readonly to: string }[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => {
      const file = join(root, folder, name);
      const text = readFileSync(file, 'utf8');
      return [...text.matchAll(/(?:from |import\()'(\.[^']+)'/g)].map(([, path]) => ({
        from: relative(root, file),
        to: relative(root, join(dirname(file), path)),
      }));
    });
}

const roomOf = (path: string): string => {
  const [top, folder, ...rest] = path.split(sep);
  return top === 'src' && rest.length > 0 ? `src/${folder}` : top;
};

const imports = ['src', 'stages', 'data'].flatMap(importsOf);

describe('dependencies', () => {
  it('are read from the source', () => assert.ok(imports.length > 500, String(imports.length)));

  it('point along the arrows, from folder to folder', () => {
    const against = imports.filter(({ from, to }) => {
      const [a, b] = [roomOf(from), roomOf(to)];
      return a !== b && !ARROWS[a].includes(b);
    });
    assert.deepEqual(against, []);
  });

  it('lead from no stage to another', () => {
    const across = imports.filter(({ from, to }) => {
      const [a, b] = [from.split(sep), to.split(sep)];
      const ofStage = a[0] === 'stages' && a.length > 2; // not `index.ts`, which lists them
      return ofStage && b[0] === 'stages' && a[1] !== b[1] && b[1] !== 'ports.js';
    });
    assert.deepEqual(across, []);
  });
});
