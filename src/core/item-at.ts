/** For lists and records that go together: an index or a name of the one is in the other. */

/** @throws RangeError where it is not: a bug, told where it happens */
export function itemAt<T>(list: readonly T[], index: number): T {
  if (!(index in list)) throw new RangeError(`no item ${index} among ${list.length}`);
  return list[index] as T;
}

/** @throws RangeError where it is not: a bug, told where it happens */
export function itemNamed<T>(record: Readonly<Record<string, T>>, name: string): T {
  if (!Object.hasOwn(record, name)) throw new RangeError(`no item "${name}"`);
  return record[name] as T;
}
