/** Why something could not be measured here, one sentence. */
export class NotRun extends Error {}
