/** Records as an aligned text table. Numbers right, the rest left. */
import colors from 'picocolors';

export function textTable(rows: readonly Readonly<Record<string, string>>[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = names.map((name) => {
    const cells = rows.map((row) => row[name] ?? '');
    return {
      name,
      cells,
      width: Math.max(name.length, ...cells.map((cell) => cell.length)),
      numeric: cells.every((cell) => cell === '' || /^-?[\d.]/.test(cell)),
    };
  });
  const pad = ({ width, numeric }: (typeof columns)[number], text: string) =>
    numeric ? text.padStart(width) : text.padEnd(width);
  const line = (texts: readonly string[]) => texts.join('  ').trimEnd();
  return [
    colors.dim(line(columns.map((column) => pad(column, column.name)))),
    ...rows.map((_, i) => line(columns.map((column) => pad(column, column.cells[i])))),
  ].join('\n');
}
