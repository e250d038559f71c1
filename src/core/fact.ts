/** Facts are the scalars a stage finds out about a subject: they become QC columns of the output. */

/** By the type that a stage declares, what it records. */
interface FactTypes {
  float64: number;
  int32: number;
  utf8: string;
  bool: boolean;
}

export type FactType = keyof FactTypes;
export type FactValue = FactTypes[FactType];

export interface FactSpec {
  readonly type: FactType;
  /** One line, with the unit: stored as the Arrow field's description. */
  readonly about: string;
}

/** The value that a declared fact takes. */
export type ValueOf<S extends FactSpec> = FactTypes[S['type']];

export type FactSpecs = Readonly<Record<string, FactSpec>>;
export type Facts = Readonly<Record<string, FactValue>>;
