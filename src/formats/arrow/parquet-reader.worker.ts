/** Runs as a thread of its own: Parquet's WebAssembly ends whatever runs it when a file is damaged. */
import { openAsBlob } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { ParquetFile } from 'parquet-wasm';

/** A row group of a file; without one, its schema and how many groups it has. */
export interface Order {
  readonly path: string;
  readonly group?: number;
}

/** An Arrow IPC stream. */
export interface Answer {
  readonly stream: Uint8Array<ArrayBuffer>;
  readonly groups: number;
}

async function answer({ path, group }: Order): Promise<Answer> {
  const file = await ParquetFile.fromFile(await openAsBlob(path));
  try {
    const groups = file.metadata().numRowGroups();
    const table = group === undefined ? file.schema() : await file.read({ rowGroups: [group] });
    return { stream: Uint8Array.from(table.intoIPCStream()), groups };
  } finally {
    file.free();
  }
}

parentPort?.on('message', (order: Order) => {
  answer(order).then(
    (given) => parentPort?.postMessage(given, [given.stream.buffer]),
    (error: unknown) => parentPort?.postMessage({ error: String(error) }),
  );
});
