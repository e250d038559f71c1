/** For lists that go together: an index of the one is in range in the other. */

/** @throws RangeError where it is not: a bug, told where it happens */
export function itemAt<T>(list: readonly T[], index: number): T {
  if (!(index in list)) throw new RangeError(`no item ${index} among ${list.length}`);
  return list[index] as T;
}
