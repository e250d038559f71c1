/** Dependencies point one way: what docs/architecture.md says of the folders, held by reading every import. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Rows of the document's table: from each folder to those that it may import from, itself apart. */
const arrows: ReadonlyMap<string, readonly string[]> = new Map(
  [
    ...readFileSync(join(root, 'docs/architecture.md'), 'utf8').matchAll(/^\| `([^`]+)` .*\|([^|]*)\|$/gm),
  ].map(([, folder, targets]) => [folder, [...targets.matchAll(/`([^`]+)`/g)].map(([, target]) => target)]),
);

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

/** `src/core`; `src/*.ts` for a file that lies in `src` itself. */
const roomOf = (path: string): string => {
  const [top, folder, ...rest] = path.split(sep);
  if (top !== 'src') return top;
  return rest.length > 0 ? `src/${folder}` : 'src/*.ts';
};

const imports = ['src', 'stages', 'data'].flatMap(importsOf);
const between = imports
  .map(({ from, to }) => ({ from, to, rooms: [roomOf(from), roomOf(to)] as const }))
  .filter(({ rooms: [a, b] }) => a !== b);

describe('dependencies', () => {
  it('are read from the source', () => assert.ok(imports.length > 500, String(imports.length)));

  it('have every folder in the table, and no other', () => {
    const rooms = new Set(imports.flatMap(({ from, to }) => [roomOf(from), roomOf(to)]));
    assert.deepEqual([...arrows.keys()].sort(), [...rooms].sort());
  });

  it('point along the arrows, from folder to folder', () => {
    const against = between.filter(({ rooms: [a, b] }) => !arrows.get(a)?.includes(b));
    assert.deepEqual(against, []);
  });

  it('need every arrow', () => {
    const used = new Set(between.map(({ rooms }) => rooms.join(' → ')));
    const allowed = [...arrows].flatMap(([from, targets]) => targets.map((to) => `${from} → ${to}`));
    assert.deepEqual(
      allowed.filter((arrow) => !used.has(arrow)),
      [],
    );
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
