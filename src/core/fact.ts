/** Facts are the scalars a stage finds out about a subject: they become QC columns of the output. */

export type FactType = 'float64' | 'int32' | 'utf8' | 'bool';
export type FactValue = number | string | boolean;

export interface FactSpec {
  readonly type: FactType;
  /** One line, with the unit: stored as the Arrow field's description. */
  readonly about: string;
}

/** The value that a declared fact takes. */
export type ValueOf<S extends FactSpec> = {
  float64: number;
  int32: number;
  utf8: string;
  bool: boolean;
}[S['type']];

export type FactSpecs = Readonly<Record<string, FactSpec>>;
export type Facts = Readonly<Record<string, FactValue>>;
