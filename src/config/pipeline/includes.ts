/** `include:` names files of parameters (an atlas, a model, ...) that several pipelines share: see `configs/`. */
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { explainIssues } from '../yaml/explain-issues.js';
import { shapeOf } from './option-schema.js';
import type { Problem } from '../yaml/problems.js';
import { MIB, readTextFile } from '../yaml/text-file.js';
import { basedAt, mapScalars, toValue, type Dict, type Entry, type Tree } from '../yaml/tree.js';
import { parseYaml } from '../yaml/yaml-tree.js';

export const includeSchema = z.array(z.string().min(1), 'a list of files').optional();
export const parametersSchema = z
  .record(z.string().regex(/^[\w-]+$/, 'a name of letters, digits, `-` and `_`'), z.unknown())
  .optional();

/** A named part may hold parameters and say what it is; stages belong to pipelines. */
const partSchema = z.strictObject({ about: z.string().optional(), params: parametersSchema });
const partShape = shapeOf(partSchema);

/**
 * The pipeline's own parameters over those of the files it includes, of which the later win. Paths in an included file are
 * relative to that file.
 * @param file of the pipeline, absolute.
 */
export async function readParameterTree(
  pipeline: Dict,
  file: string,
  problems: Problem[],
): Promise<Tree | undefined> {
  const own = pipeline.entries.get('params')?.value;
  const includes = pipeline.entries.get('include')?.value;
  const parts = includes?.kind === 'list' ? includes.items : [];
  const merged = new Map<string, Entry>();
  for (const part of parts)
    if (part.kind === 'scalar' && typeof part.value === 'string')
      for (const [name, entry] of await readPart(part.value, part, file, problems)) merged.set(name, entry);
  if (merged.size === 0 || (own && own.kind !== 'map')) return own;
  return { kind: 'map', at: (own ?? pipeline).at, entries: new Map([...merged, ...(own?.entries ?? [])]) };
}

async function readPart(
  written: string,
  { at }: Tree,
  pipelineFile: string,
  problems: Problem[],
): Promise<Iterable<[string, Entry]>> {
  const file = resolve(dirname(pipelineFile), written);
  const read = await readTextFile(file, { file: written, maxBytes: MIB });
  if ('problem' in read) {
    const { found, expected } = read.problem;
    problems.push({ ...at, found: `\`${written}\`: ${found}`, expected });
    return [];
  }
  const { tree, problems: misread } = parseYaml(read.text, { file: written, lines: true });
  problems.push(...misread);
  if (!tree) return [];
  const checked = partSchema.safeParse(toValue(tree));
  if (!checked.success) problems.push(...explainIssues(checked.error.issues, tree, partShape, ''));
  const params = tree.kind === 'map' ? tree.entries.get('params')?.value : undefined;
  if (params?.kind !== 'map') return [];
  const rebased = mapScalars(params, basedAt(dirname(file)));
  return rebased.kind === 'map' ? rebased.entries : [];
}
