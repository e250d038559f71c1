/** Parquet files by parquet-wasm: the Arrow schema, its metadata included, is kept under `ARROW:schema`. */
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { ReadableStream } from 'node:stream/web';
import { RecordBatchStreamWriter, tableFromIPC } from 'apache-arrow';
import {
  Compression,
  type RecordBatch,
  Table,
  transformParquetStream,
  WriterPropertiesBuilder,
} from 'parquet-wasm';
import { fromArrowSchema, fromRecordBatch, toArrowSchema, toRecordBatch } from './batch.js';
import { inBatches, type Row, rowsPerBatch, type TableFormat, type TableSchema } from './column.js';
import { tableCorrupt } from './corrupt.js';
import { askParquet } from './parquet-reader.js';

export const parquetFile: TableFormat = {
  extension: 'parquet',

  async *encode(schema, rows) {
    let failure: { readonly error: unknown } | undefined;
    // The library takes a failing source for a finished one.
    async function* watched(): AsyncGenerator<RecordBatch> {
      try {
        yield* recordBatches(schema, rows);
      } catch (error) {
        failure = { error };
      }
    }
    const properties = new WriterPropertiesBuilder()
      .setCompression(Compression.ZSTD)
      .setMaxRowGroupSize(rowsPerBatch(schema))
      .build();
    const source = ReadableStream.from(watched()) as globalThis.ReadableStream;
    try {
      const bytes = (await transformParquetStream(source, properties)) as ReadableStream<Uint8Array>;
      for await (const chunk of bytes) yield chunk;
    } catch (error) {
      failure ??= { error };
    }
    if (failure) throw failure.error;
  },

  async readSchema(path) {
    await requireReadable(path);
    try {
      return fromArrowSchema(tableFromIPC((await askParquet({ path })).stream).schema);
    } catch (error) {
      throw tableCorrupt(path, error);
    }
  },

  async *readRows(path) {
    await requireReadable(path);
    try {
      const { groups } = await askParquet({ path });
      for (let group = 0; group < groups; group++) {
        const table = tableFromIPC((await askParquet({ path, group })).stream);
        const schema = fromArrowSchema(table.schema);
        for (const batch of table.batches) yield* fromRecordBatch(schema, batch);
      }
    } catch (error) {
      throw tableCorrupt(path, error);
    }
  },
};

/** A file that is not there, or may not be read, is not damaged. */
const requireReadable = (path: string): Promise<void> => access(path, constants.R_OK);

async function* recordBatches(schema: TableSchema, rows: AsyncIterable<Row>): AsyncGenerator<RecordBatch> {
  const arrowSchema = toArrowSchema(schema);
  for await (const batch of inBatches(rows, rowsPerBatch(schema))) {
    const stream = RecordBatchStreamWriter.writeAll([toRecordBatch(schema, arrowSchema, batch)]);
    const table = Table.fromIPCStream(stream.toUint8Array(true));
    yield* table.recordBatches();
    table.free(); // its memory is outside the collector's sight
  }
}
