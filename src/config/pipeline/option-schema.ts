/** A stage's options, read from its zod schema: which there are, what each may be, in words. */
import { z } from 'zod';
import { listNames } from '../yaml/nearest.js';

/** The part of JSON Schema that zod writes and this module reads. */
export interface Shape {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
  readonly allOf?: readonly Shape[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly additionalProperties?: boolean | Shape;
  readonly required?: readonly string[];
  readonly items?: boolean | Shape;
  readonly prefixItems?: readonly Shape[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  /** Of a path: see `hashedPathOption`. */
  readonly isHashed?: boolean;
}

/** What the schema accepts; `{}` (anything) where it cannot say, as for a schema of another zod. */
export function shapeOf(schema: z.ZodType): Shape {
  const shape = shapes.get(schema) ?? readShape(schema);
  shapes.set(schema, shape);
  return shape;
}

/** Of one stage's options it is asked for at every step from the file to the record. */
const shapes = new WeakMap<z.ZodType, Shape>();

function readShape(schema: z.ZodType): Shape {
  try {
    return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape;
  } catch {
    return {};
  }
}

/** The alternatives of a union, flat. */
export function alternatives(shape: Shape): readonly Shape[] {
  const branches = shape.anyOf ?? shape.oneOf ?? shape.allOf;
  return branches ? branches.flatMap(alternatives) : [shape];
}

/** What may stand at `path` inside a value of this shape. */
export function shapesAt(shape: Shape, path: readonly PropertyKey[]): readonly Shape[] {
  return path.reduce<readonly Shape[]>(
    (shapes, step) => shapes.flatMap((each) => alternatives(each).flatMap((one) => inside(one, step))),
    [shape],
  );
}

function inside(shape: Shape, step: PropertyKey): readonly Shape[] {
  const child =
    typeof step === 'number'
      ? (shape.prefixItems?.[step] ?? shape.items)
      : Object.hasOwn(shape.properties ?? {}, step)
        ? shape.properties?.[String(step)]
        : shape.additionalProperties;
  return typeof child === 'object' ? [child] : [];
}

/** Names of the keys that a map at `path` may have. */
export function keysAt(shape: Shape, path: readonly PropertyKey[]): readonly string[] {
  const shapes = shapesAt(shape, path).flatMap(alternatives);
  return [...new Set(shapes.flatMap(({ properties = {} }) => Object.keys(properties)))];
}

/** What the shapes accept, in words: "a whole number from 1 to 8"; empty where anything goes. */
export function inWords(shapes: readonly Shape[]): string {
  const flat = shapes.flatMap(alternatives);
  const constants = flat.flatMap((shape) => shape.enum ?? ('const' in shape ? [shape.const] : []));
  const others = flat.filter((shape) => !shape.enum && !('const' in shape)).map(kindInWords);
  if (others.includes('')) return '';
  const names = constants.length > 0 ? [listNames(constants.map(String))] : [];
  return [...new Set([...names, ...others])].join(', or ');
}

function kindInWords(shape: Shape): string {
  switch (shape.type) {
    case 'string':
      return textInWords(shape);
    case 'integer':
      return `a whole number${rangeInWords(shape)}`;
    case 'number':
      return `a number${rangeInWords(shape)}`;
    case 'boolean':
      return '`true` or `false`';
    case 'null':
      return 'nothing';
    case 'array':
      return listInWords(shape);
    case 'object':
      return mapInWords(shape);
    default:
      return '';
  }
}

function textInWords({ minLength = 0, maxLength, pattern, format }: Shape): string {
  if (format === 'path') return 'a path';
  if (format !== undefined && format !== 'regex') return `text that is a valid ${format}`;
  if (pattern !== undefined) return `text like /${pattern}/`;
  const most = maxLength === undefined ? '' : ` of at most ${maxLength} characters`;
  return `${minLength > 0 ? 'text that is not empty' : 'text'}${most}`;
}

function rangeInWords(shape: Shape): string {
  const { exclusiveMinimum: above, exclusiveMaximum: below, multipleOf } = shape;
  const safe = (bound: number | undefined) =>
    bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER ? bound : undefined;
  const [low, high] = [safe(shape.minimum), safe(shape.maximum)];
  const words = [
    low !== undefined && high !== undefined ? `from ${low} to ${high}` : '',
    low !== undefined && high === undefined ? `of at least ${low}` : '',
    low === undefined && high !== undefined ? `of at most ${high}` : '',
    above !== undefined ? `above ${above}` : '',
    below !== undefined ? `below ${below}` : '',
    multipleOf !== undefined ? `that is a multiple of ${multipleOf}` : '',
  ].filter((part) => part !== '');
  return words.length > 0 ? ` ${words.join(' and ')}` : '';
}

function listInWords({ items, prefixItems, minItems = 0, maxItems }: Shape): string {
  if (prefixItems)
    return `a list of ${prefixItems.length}: ${prefixItems.map((one) => inWords([one])).join('; ')}`;
  const of = typeof items === 'object' ? inWords([items]) : '';
  const entries = (count: number) => `${count} ${count === 1 ? 'entry' : 'entries'}`;
  let count = minItems > 0 ? ` of at least ${entries(minItems)}` : '';
  if (maxItems !== undefined)
    count = minItems === maxItems ? ` of ${entries(maxItems)}` : ` of ${minItems} to ${entries(maxItems)}`;
  return `a list${count}${of && `, each ${of}`}`;
}

function mapInWords({ properties = {}, additionalProperties }: Shape): string {
  const names = Object.keys(properties);
  if (names.length > 0) return `a map with ${listNames(names, 'and')}`;
  if (typeof additionalProperties !== 'object') return 'a map';
  const values = inWords([additionalProperties]);
  return values ? `a map from names to ${values}` : 'a map';
}
