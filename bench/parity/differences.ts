/** How many differ, and by how much at most. */
export function differences(
  ours: ArrayLike<number>,
  theirs: ArrayLike<number | bigint>,
): { differ: number; most: number } {
  if (ours.length !== theirs.length)
    throw new Error(`ours are ${ours.length} numbers, theirs are ${theirs.length}`);
  let [differ, most] = [0, 0];
  for (let i = 0; i < ours.length; i++) {
    const difference = Math.abs(ours[i] - Number(theirs[i]));
    if (difference !== 0) differ += 1;
    if (!(difference <= most)) most = difference; // NaN stays
  }
  return { differ, most };
}
