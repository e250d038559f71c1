/** Rows ↔ Arrow record batches. Tensors go in and out as views: builders would visit every element. */
import {
  Bool,
  Data,
  type DataType,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  List,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Uint8,
  Utf8,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';
import { elementCount } from '../../core/tensor.js';
import {
  type Cell,
  type Column,
  type ColumnType,
  type Row,
  type TableSchema,
  type TensorElement,
  type TensorType,
  type TensorValues,
} from './column.js';

const scalars = {
  utf8: new Utf8(),
  bool: new Bool(),
  int32: new Int32(),
  int64: new Int64(),
  float64: new Float64(),
  'list<utf8>': new List(new Field('item', new Utf8(), true)),
};
const elements: Record<TensorElement, DataType> = {
  float64: new Float64(),
  float32: new Float32(),
  int32: new Int32(),
  int16: new Int16(),
  uint8: new Uint8(),
};

export function toArrowSchema({ columns, metadata }: TableSchema): Schema {
  const fields = columns.map(
    ({ name, type, about }) => new Field(name, arrowType(type), true, new Map([['description', about]])),
  );
  return new Schema(fields, new Map(metadata));
}

/** @throws Error when a column is of a type that these tables never have. */
export function fromArrowSchema({ fields, metadata }: Schema): TableSchema {
  const columns = fields.map((field): Column => ({
    name: field.name,
    type: columnType(field.type as DataType),
    about: field.metadata.get('description') ?? '',
  }));
  return { columns, metadata };
}

function arrowType(type: ColumnType): DataType {
  if (typeof type === 'string') return scalars[type];
  return type.shape.reduceRight<DataType>(listOf, elements[type.element]);
}

function listOf(item: DataType, size: number): FixedSizeList {
  return new FixedSizeList(size, new Field('item', item, true));
}

function columnType(type: DataType): ColumnType {
  const shape: number[] = [];
  let item = type;
  while (item instanceof FixedSizeList) {
    shape.push(item.listSize);
    item = item.valueType as DataType;
  }
  const known = Object.entries<DataType>(shape.length > 0 ? elements : scalars);
  const found = known.find(([, candidate]) => nameOf(candidate) === nameOf(item));
  if (!found) throw new Error('A column has a type that these tables never have.');
  return shape.length > 0
    ? { element: found[0] as TensorElement, shape }
    : (found[0] as Exclude<ColumnType, TensorType>);
}

/** `Float32`: types read from a file are of other classes than those made here. */
function nameOf(type: DataType): string {
  return (type as { toString(): string }).toString();
}

/** @param schema of the table, @param arrowSchema the same as Arrow's. */
export function toRecordBatch(schema: TableSchema, arrowSchema: Schema, rows: readonly Row[]): RecordBatch {
  const children = schema.columns.map(({ type }, column) => {
    const cells = rows.map((row) => row[column]);
    return typeof type === 'string'
      ? vectorFromArray(cells, scalars[type]).data[0]
      : tensorData(type, cells as TensorValues[]);
  });
  const struct = new Struct(arrowSchema.fields);
  return new RecordBatch(
    arrowSchema,
    makeData({ type: struct, length: rows.length, nullCount: 0, children }),
  );
}

function tensorData({ element, shape }: TensorType, cells: readonly TensorValues[]): Data {
  const values = concatenate(cells);
  let data = new Data(elements[element], 0, values.length, 0, [undefined, values]);
  for (const size of shape.toReversed()) {
    const type = listOf(data.type, size);
    data = makeData({ type, length: data.length / size, nullCount: 0, child: data });
  }
  return data;
}

function concatenate(cells: readonly TensorValues[]): TensorValues {
  const [first] = cells;
  if (cells.length === 1) return first;
  const all = new (first.constructor as new (length: number) => TensorValues)(first.length * cells.length);
  cells.forEach((cell, index) => all.set(cell, index * first.length));
  return all;
}

/** The rows of a batch; tensors are views of it. @throws Error where the offsets of texts or lists lead astray */
export function* fromRecordBatch(schema: TableSchema, batch: RecordBatch): Generator<Row> {
  for (const data of batch.data.children) requireOffsets(data);
  const readers = schema.columns.map(({ type }, column) => cellReader(type, batch.getChildAt(column)!));
  for (let row = 0; row < batch.numRows; row++) yield readers.map((read) => read(row));
}

/** That they rise, within what they lead into: a reader would follow two billion of a damaged one. */
function requireOffsets({ valueOffsets, values, children, length }: Data): void {
  const [child] = children as readonly (Data | undefined)[];
  const offsets = valueOffsets as Int32Array | undefined; // of texts and lists alone
  if (offsets && length > 0) {
    const most = child ? child.length : (values as Uint8Array).length;
    let last = 0;
    for (let i = 0; i <= length; i++) {
      if (!(offsets[i] >= last && offsets[i] <= most)) throw new Error('offsets that lead astray');
      last = offsets[i];
    }
  }
  if (child) requireOffsets(child);
}

function cellReader(type: ColumnType, vector: Vector): (row: number) => Cell {
  if (type === 'list<utf8>') return (row) => [...(vector.get(row) as Iterable<string>)];
  if (typeof type === 'string') return (row) => vector.get(row) as Cell;
  const count = elementCount(type.shape);
  let [data] = vector.data;
  while (data.type instanceof FixedSizeList) data = data.children[0];
  const values = data.values as TensorValues;
  return (row) => values.subarray(row * count, (row + 1) * count);
}
