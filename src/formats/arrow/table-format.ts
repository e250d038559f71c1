/** Table formats by name. */
import { arrowFile } from './arrow-file.js';
import type { TableFormat } from './column.js';

export type TableFormatName = 'arrow' | 'parquet';

/** Parquet's WebAssembly is loaded only by those who want it. */
export const tableFormat = async (name: TableFormatName): Promise<TableFormat> =>
  name === 'arrow' ? arrowFile : (await import('./parquet-file.js')).parquetFile;
