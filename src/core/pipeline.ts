/** Composition in TypeScript: a wrong order of stages does not compile. */
import type { Stage } from './stage.js';

/** What `pipe` asks for when ports are missing: its name is the compiler's message. */
export interface MissingPorts<Names> {
  readonly 'needs ports that no earlier stage gives, or gives with another type': Names;
}

/** What `pipe` asks for when a port would be given twice. */
export interface PortsGivenTwice<Names> {
  readonly 'gives ports that an earlier stage already gave': Names;
}

// Ports that only a configuration decides (`write`'s columns) have no names here: `checkComposition` follows those.
type Missing<Has, N> = string extends keyof N
  ? never
  : { [K in keyof N]: K extends keyof Has ? (Has[K] extends N[K] ? never : K) : K }[keyof N];

type GivenTwice<Has, G> = string extends keyof G ? never : keyof G & keyof Has;

/** The stage itself where it fits behind `Has`; otherwise a type that no stage has, and that says why. */
type Fitting<Has, N extends object, G extends object, D extends string> = [Missing<Has, N>] extends [never]
  ? [GivenTwice<Has, G>] extends [never]
    ? Stage<N, G, D>
    : PortsGivenTwice<GivenTwice<Has, G>> & Stage<N, G, D>
  : MissingPorts<Missing<Has, N>> & Stage<N, G, D>;

/** Stages that follow each other. `Has`: the values that are there behind the last. */
export interface Pipeline<Has extends object> {
  readonly stages: readonly Stage[];
  /** The same stages and one more, which must find what it needs. */
  pipe<N extends object, G extends object, D extends string>(
    stage: Fitting<Has, N, G, D>,
  ): Pipeline<Omit<Has & G, D>>;
}

/** Starts a pipeline with a stage that needs nothing. */
export function pipeline<N extends object, G extends object, D extends string>(
  first: Fitting<Record<never, never>, N, G, D>,
): Pipeline<Omit<G, D>> {
  return extend([first as unknown as Stage]);
}

function extend<Has extends object>(stages: readonly Stage[]): Pipeline<Has> {
  return { stages, pipe: (stage) => extend([...stages, stage as unknown as Stage]) };
}
