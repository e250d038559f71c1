/** 2 |a and b| / (|a| + |b|) of one label. */
export function dice(a: Uint8Array, b: Uint8Array, label: number): number {
  let [inA, inB, inBoth] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    if (a[i] === label) inA++;
    if (b[i] === label) inB++;
    if (a[i] === label && b[i] === label) inBoth++;
  }
  return (2 * inBoth) / (inA + inB);
}
