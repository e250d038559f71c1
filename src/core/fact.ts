/** Facts are the scalars a stage finds out about a subject: they become QC columns of the output. */

/** By the type that a stage declares, what it records. */
interface FactTypes {
  float64: number;
  int32: number;
  utf8: string;
  bool: boolean;
}

/** Arrow types that a fact may have. */
export type FactType = keyof FactTypes;
/** What some fact records. */
export type FactValue = FactTypes[FactType];

/** A fact as a stage declares it. */
export interface FactSpec {
  readonly type: FactType;
  /** One line, with the unit: stored as the Arrow field's description. */
  readonly about: string;
}

/** The value that a declared fact takes. */
export type ValueOf<S extends FactSpec> = FactTypes[S['type']];

/** Declared facts by name, which is the column's. */
export type FactSpecs = Readonly<Record<string, FactSpec>>;
/** Recorded facts by name. */
export type Facts = Readonly<Record<string, FactValue>>;
