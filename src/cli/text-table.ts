/** An aligned text table. Columns of numbers to the right, the rest to the left. */
import colors from 'picocolors';
import { visible } from './words.js';

export function textTable(written: readonly string[], cells: readonly (readonly string[])[]): string {
  const [header, rows] = [written.map(oneLine), cells.map((row) => row.map(oneLine))];
  const columns = header.map((name, i) => {
    const column = rows.map((row) => row[i] ?? '');
    const width = Math.max(name.length, ...column.map((cell) => cell.length));
    const numeric =
      column.some((cell) => cell !== '') && column.every((cell) => cell === '' || /^-?\d/.test(cell));
    return (text: string) => (numeric ? text.padStart(width) : text.padEnd(width));
  });
  const line = (texts: readonly string[]) =>
    columns
      .map((pad, i) => pad(texts[i] ?? ''))
      .join('  ')
      .trimEnd();
  return [colors.dim(line(header)), ...rows.map(line)].join('\n');
}

const oneLine = (text: string): string => visible(text).replaceAll('\n', '\\n');
