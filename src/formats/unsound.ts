/** Why a file of weights is not taken. Whoever opened the file adds its name: engine/weights-file.ts. */
export type UnsoundCode =
  | 'weights-damaged' // not what its format asks for
  | 'weights-refused' // sound perhaps, but nothing that numbers need
  | 'weights-unrecognised' // another kind of file
  | 'weights-dtype'; // numbers of a kind that parameters are not

export class Unsound extends Error {
  override readonly name = 'Unsound';
  /** @param what goes on from "the weights file X": `is cut off` */
  constructor(
    readonly code: UnsoundCode,
    readonly what: string,
    options?: ErrorOptions,
  ) {
    super(what, options);
  }
}

export const damaged = (what: string, cause?: unknown) => new Unsound('weights-damaged', what, { cause });
export const refused = (what: string) => new Unsound('weights-refused', what);
export const unrecognised = (what: string) => new Unsound('weights-unrecognised', what);
