/** An aligned text table. Columns of numbers to the right, the rest to the left. */
import colors from 'picocolors';

export function textTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const columns = header.map((name, i) => {
    const cells = rows.map((row) => row[i] ?? '');
    const width = Math.max(name.length, ...cells.map((cell) => cell.length));
    const numeric =
      cells.some((cell) => cell !== '') && cells.every((cell) => cell === '' || /^-?\d/.test(cell));
    return (text: string) => (numeric ? text.padStart(width) : text.padEnd(width));
  });
  const line = (texts: readonly string[]) =>
    columns
      .map((pad, i) => pad(texts[i] ?? ''))
      .join('  ')
      .trimEnd();
  return [colors.dim(line(header)), ...rows.map(line)].join('\n');
}
