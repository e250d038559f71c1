/** ITK's text transform files (`.tfm`, `.txt`), as itk::TxtTransformIO writes them. */
import { damaged, truncated, type StoredTransform, type TransformEncoding } from './stored-transform.js';

const MAGIC = '#Insight Transform File V1.0';
const COMPOSITE = /^CompositeTransform_/;
const TYPE_LINE = /^[ \t]*Transform[ \t]*:(.*)$/gm;
const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
const NOT_FINITE = /^[+-]?(nan|inf(inity)?)$/i;

export const isText = (start: Buffer): boolean => start.toString('latin1', 0, MAGIC.length) === MAGIC;

export const textTransforms: TransformEncoding = {
  types(start) {
    const types = [...start.toString('latin1').matchAll(TYPE_LINE)].map(([, type]) => type.trim());
    return types.length > 1 && COMPOSITE.test(types[0]) ? types.slice(1) : types;
  },
  parse(file) {
    // Every number cut short is a number too: only a whole last line shows that nothing is lost.
    if (!/[\r\n]$/.test(file.toString('latin1', file.length - 1))) throw truncated('it ends within a line');
    return records(file).map(({ type, tags }) => ({
      type,
      parameters: numbers(tags.get('Parameters')),
      fixed: numbers(tags.get('FixedParameters')),
    }));
  },
};

interface Transform {
  readonly type: string;
  readonly tags: Map<string, string>;
}

/** A composite's own line has no parameters: the transforms that follow are its parts. */
function records(file: Buffer): Transform[] {
  const found: Transform[] = [];
  for (const line of file.toString('latin1').split(/[\r\n]+/)) {
    if (/^\s*(#|$)/.test(line)) continue;
    const [, tag, value] = /^\s*(\w+)\s*:(.*)$/.exec(line) ?? [];
    const last = found.at(-1);
    if (tag === 'Transform') found.push({ type: value.trim(), tags: new Map() });
    else if (!last || (tag !== 'Parameters' && tag !== 'FixedParameters') || last.tags.has(tag))
      throw damaged('a line is not one that ITK writes, or is out of place');
    else last.tags.set(tag, value);
  }
  const headed = found.length > 1 && COMPOSITE.test(found[0].type) && found[0].tags.size === 0;
  return headed ? found.slice(1) : found;
}

function numbers(text: string | undefined): number[] {
  if (text === undefined) throw truncated('a transform lacks its parameters or its fixed parameters');
  const tokens = text.trim().split(/\s+/).filter(Boolean);
  return tokens.map((token) => {
    if (NOT_FINITE.test(token)) return NaN;
    if (!DECIMAL.test(token)) throw damaged('a parameter is no number');
    return Number(token);
  });
}

/** As ITK: the shortest decimals that read back as the same doubles. */
export const formatText = ({ type, parameters, fixed }: StoredTransform): string =>
  [
    MAGIC,
    '#Transform 0',
    `Transform: ${type}`,
    `Parameters: ${parameters.join(' ')}`,
    `FixedParameters: ${fixed.join(' ')}`,
    '',
  ].join('\n');
