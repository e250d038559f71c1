/**
 * Writes ONNX models: the protobuf messages of onnx.proto, as far as networks in memory need them. Numbers are little-endian,
 * as those of every machine that Node.js runs on.
 */

/** A dimension by name is any size, the same wherever the name stands. */
export type OnnxShape = readonly (number | string)[];

/** What comes in or goes out. */
export interface OnnxValue {
  readonly name: string;
  readonly type: 'float32' | 'int32' | 'float64';
  readonly shape: OnnxShape;
}

export interface OnnxConstant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface OnnxNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
}

export interface OnnxGraph {
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly constants: readonly OnnxConstant[];
  /** In an order in which they can run. */
  readonly nodes: readonly OnnxNode[];
}

const IR_VERSION = 8;
const OPSET = 13;
const TYPES = { float32: 1, int32: 6, float64: 11 };
const INTEGER_ATTRIBUTE = 2;
const INTEGERS_ATTRIBUTE = 7;

export function encodeOnnxModel({ inputs, outputs, constants, nodes }: OnnxGraph): Uint8Array {
  const graph = [
    ...nodes.map((node) => bytes(1, encodeNode(node))),
    text(2, 'lungflow'),
    ...constants.map((constant) => bytes(5, encodeConstant(constant))),
    ...inputs.map((value) => bytes(11, encodeValue(value))),
    ...outputs.map((value) => bytes(12, encodeValue(value))),
  ];
  return Buffer.concat([integer(1, IR_VERSION), bytes(7, graph), bytes(8, [integer(2, OPSET)])]);
}

const encodeNode = ({ operator, inputs, output, attributes = {} }: OnnxNode): Uint8Array[] => [
  ...inputs.map((name) => text(1, name)),
  text(2, output),
  text(4, operator),
  ...Object.entries(attributes).map(([name, value]) => bytes(5, encodeAttribute(name, value))),
];

const encodeAttribute = (name: string, value: number | readonly number[]): Uint8Array[] =>
  typeof value === 'number'
    ? [text(1, name), integer(3, value), integer(20, INTEGER_ATTRIBUTE)]
    : [text(1, name), ...value.map((one) => integer(8, one)), integer(20, INTEGERS_ATTRIBUTE)];

const encodeConstant = ({ name, shape, data }: OnnxConstant): Uint8Array[] => [
  ...shape.map((size) => integer(1, size)),
  integer(2, TYPES.float32),
  text(8, name),
  bytes(9, [new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]),
];

function encodeValue({ name, type, shape }: OnnxValue): Uint8Array[] {
  const dimensions = shape.map((size) =>
    bytes(1, [typeof size === 'number' ? integer(1, size) : text(2, size)]),
  );
  return [text(1, name), bytes(2, [bytes(1, [integer(1, TYPES[type]), bytes(2, dimensions)])])];
}

const VARINT = 0;
const LENGTH_DELIMITED = 2;

const integer = (field: number, value: number): Uint8Array =>
  Buffer.from([...varint((field << 3) | VARINT), ...varint(value)]);

const text = (field: number, value: string): Uint8Array => bytes(field, [Buffer.from(value)]);

function bytes(field: number, parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([
    Buffer.from([...varint((field << 3) | LENGTH_DELIMITED), ...varint(length)]),
    ...parts,
  ]);
}

/** Seven bits a byte, the lowest first. */
function varint(value: number): number[] {
  const low: number[] = [];
  for (; value >= 128; value = Math.floor(value / 128)) low.push((value % 128) + 128);
  return [...low, value];
}
