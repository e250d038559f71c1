/** A CSV or TSV file → header and rows, each with the line it starts on. */
import { CsvError, parse } from 'csv-parse/sync';
import type { Problem } from '../yaml/problems.js';

export interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Blank lines are passed over. Rows of another length than the header are the caller's to judge. */
export function parseTable(text: string, file: string): { rows: readonly Row[] } | { problem: Problem } {
  const tabs = file.endsWith('.tsv');
  const bytes = Buffer.from(text);
  const lineAt = lineCounter(bytes);
  const rows: Row[] = [];
  let line = 1; // of the record being parsed
  try {
    parse(bytes, {
      delimiter: tabs ? '\t' : ',',
      quote: tabs ? false : '"', // BIDS: TSV knows no quotes
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      on_record: (cells: readonly string[], { bytes: end }: { readonly bytes: number }) => {
        if (cells.some((cell) => cell.trim() !== '')) rows.push({ line, cells });
        line = lineAt(end);
        return null; // nothing for the parser to keep
      },
    });
    return { rows };
  } catch (thrown) {
    if (!(thrown instanceof CsvError)) throw thrown;
    const found = thrown.code.includes('NOT_CLOSED') ? 'a quote that is never closed' : 'a stray quote';
    return { problem: { file, line, found, expected: 'a value with quotes around it, or without any' } };
  }
}

/** Lines of ever larger offsets. The parser's own count takes a CRLF inside quotes for two lines. */
function lineCounter(bytes: Uint8Array): (offset: number) => number {
  const [LF, CR] = [10, 13];
  let [line, at] = [1, 0];
  return (offset) => {
    for (; at < offset; at += 1)
      if (bytes[at] === LF || (bytes[at] === CR && bytes[at + 1] !== LF)) line += 1;
    return line;
  };
}
