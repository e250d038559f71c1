/**
 * Values of `set` are text until the option that takes them is known: where it takes text, they are that text to the letter
 * (`study #1`, `007`, `null`); where it takes a number, a list or a map, they are what YAML reads in them.
 */
import { alternatives, shapesAt, type Shape } from './option-schema.js';
import { mapScalars, type Tree } from '../yaml/tree.js';

/** @param shape of the stage's options */
export const typedOptions = (options: Tree, shape: Shape): Tree =>
  mapScalars(options, (scalar, path) => {
    const { reading, ...text } = scalar;
    if (reading === undefined) return scalar;
    const shapes = shapesAt(shape, path).flatMap(alternatives);
    const isWanted = shapes.some((one) => takes(one, reading)) || !shapes.some(takesText);
    return isWanted ? reading : text;
  });

const takesText = ({ type, enum: values, const: value }: Shape): boolean =>
  type === 'string' || [value, ...(values ?? [])].some((one) => typeof one === 'string');

/** Whether such a value, other than text, is what the shape is for. */
function takes({ type, enum: values = [], const: constant }: Shape, reading: Tree): boolean {
  if (reading.kind === 'map') return type === 'object';
  if (reading.kind === 'list') return type === 'array';
  const { value } = reading;
  if (typeof value === 'string') return false;
  if ([constant, ...values].includes(value)) return true;
  if (value === null) return type === 'null';
  return type === typeof value || (type === 'integer' && typeof value === 'number');
}
