/** Arrow IPC files: https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format */
import { type FileHandle, open } from 'node:fs/promises';
import { AsyncRecordBatchFileReader, RecordBatchFileWriter, RecordBatchReader } from 'apache-arrow';
import { checkArrowFile } from './check-file.js';
import { fromArrowSchema, fromRecordBatch, toArrowSchema, toRecordBatch } from './batch.js';
import { inBatches, rowsPerBatch, type TableFormat } from './column.js';
import { tableCorrupt } from './corrupt.js';

export const arrowFile: TableFormat = {
  extension: 'arrow',

  async *encode(schema, rows) {
    const arrowSchema = toArrowSchema(schema);
    const writer = new PulledWriter();
    for await (const batch of inBatches(rows, rowsPerBatch(schema))) {
      writer.write(toRecordBatch(schema, arrowSchema, batch));
      yield* writer.take();
    }
    writer.finish();
    yield* writer.take();
  },

  async readSchema(path) {
    const file = await open(path, 'r');
    try {
      return fromArrowSchema((await openReader(file)).schema);
    } catch (error) {
      throw tableCorrupt(path, error);
    } finally {
      await file.close();
    }
  },

  async *readRows(path) {
    const file = await open(path, 'r');
    try {
      const reader = await openReader(file);
      const schema = fromArrowSchema(reader.schema);
      for (let index = 0; index < reader.numRecordBatches; index++) {
        yield* fromRecordBatch(schema, (await reader.readRecordBatch(index))!);
      }
    } catch (error) {
      throw tableCorrupt(path, error);
    } finally {
      await file.close();
    }
  },
};

async function openReader(file: FileHandle): Promise<AsyncRecordBatchFileReader> {
  await checkArrowFile(file); // the library follows whatever offset it finds
  const reader = await RecordBatchReader.from(file);
  if (!(reader instanceof AsyncRecordBatchFileReader)) throw new Error('no Arrow header');
  return await reader.open();
}

/** The library's writer queues without limit; this one hands over each batch's chunks before the next is made. */
class PulledWriter extends RecordBatchFileWriter {
  private chunks: Uint8Array[] = [];

  take(): Uint8Array[] {
    const taken = this.chunks;
    this.chunks = [];
    return taken;
  }

  protected override _write(chunk: ArrayBufferView): this {
    const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (bytes.length > 0) this.chunks.push(bytes);
    this._position += bytes.length;
    return this;
  }
}
