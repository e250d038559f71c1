/** Text out of a file that nobody vouches for, fit for a terminal and for a message: ASCII, no control characters, short. */
export function printable(text: string, longest = 100): string {
  const plain = text.replace(/[^\x20-\x7e]/g, '?');
  return plain.length > longest ? `${plain.slice(0, longest - 3)}...` : plain;
}
