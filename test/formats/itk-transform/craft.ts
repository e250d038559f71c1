/** Transform files as one might meet them, sound or not. */

interface Variable {
  readonly name: string;
  readonly numbers: readonly number[];
  /** Fields of the header that lie: [type, rows, columns, imaginary, length of the name]. */
  readonly header?: Partial<Record<0 | 1 | 2 | 3 | 4, number>>;
}

/** One matrix of a MATLAB level 4 file, little-endian float64. */
export function craftVariable({ name, numbers, header = {} }: Variable): Buffer {
  const head = Buffer.alloc(20);
  const honest = [0, numbers.length, 1, 0, name.length + 1];
  honest.forEach((field, i) => head.writeInt32LE(header[i as 0] ?? field, 4 * i));
  const data = Buffer.alloc(8 * numbers.length);
  numbers.forEach((number, i) => data.writeDoubleLE(number, 8 * i));
  return Buffer.concat([head, Buffer.from(`${name}\0`), data]);
}

export const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0];
export const AFFINE = 'AffineTransform_double_3_3';

interface Craft {
  readonly type?: string;
  readonly parameters?: readonly number[];
  readonly fixed?: readonly number[];
  readonly header?: Variable['header'];
}

export const craftMatlab = ({
  type = AFFINE,
  parameters = IDENTITY,
  fixed = [0, 0, 0],
  header,
}: Craft = {}): Buffer =>
  Buffer.concat([
    craftVariable({ name: type, numbers: parameters, ...(header && { header }) }),
    craftVariable({ name: 'fixed', numbers: fixed }),
  ]);

export const craftText = ({ type = AFFINE, parameters = IDENTITY, fixed = [0, 0, 0] }: Craft = {}): string =>
  `#Insight Transform File V1.0\n#Transform 0\nTransform: ${type}\n` +
  `Parameters: ${parameters.join(' ')}\nFixedParameters: ${fixed.join(' ')}\n`;
