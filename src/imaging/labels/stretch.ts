/** Where a stretch of equal labels ends, looked for four labels at a time: most of a chest holds none of what is looked for. */

/** Where, from `from` on, `value` no longer stands; `end` at the latest. */
export type StretchEnd = (from: number, end: number, value: number) => number;

export function stretchEnds(labels: Uint8Array): StretchEnd {
  const aligned = labels.byteOffset % 4 === 0 ? labels : labels.slice();
  const fours = new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length >> 2);
  return (from, end, value) => {
    const four = (value * 0x01010101) >>> 0;
    let i = from;
    while (i < end && (i & 3) !== 0) {
      if (labels[i] !== value) return i;
      i++;
    }
    while (i + 4 <= end && fours[i >> 2] === four) i += 4;
    while (i < end && labels[i] === value) i++;
    return i;
  };
}
