/** Composition in TypeScript: a wrong order of stages does not compile. */
import type { Stage } from './stage.js';

/** What `pipe` asks for when ports are missing: its name is the compiler's message. */
export interface MissingPorts<Names> {
  readonly 'needs ports that no earlier stage gives': Names;
}

type Missing<Has, N> = {
  [K in keyof N]: K extends keyof Has ? (Has[K] extends N[K] ? never : K) : K;
}[keyof N];

export interface Pipeline<Has extends object> {
  readonly stages: readonly Stage[];
  pipe<N extends object, G extends object, D extends string>(
    stage: [Missing<Has, N>] extends [never]
      ? Stage<N, G, D>
      : MissingPorts<Missing<Has, N>> & Stage<N, G, D>,
  ): Pipeline<Omit<Has & G, D>>;
}

/** Starts a pipeline with a stage that needs nothing. */
export function pipeline<G extends object, D extends string>(
  first: Stage<Record<never, never>, G, D>,
): Pipeline<Omit<G, D>> {
  return extend([first as unknown as Stage]);
}

function extend<Has extends object>(stages: readonly Stage[]): Pipeline<Has> {
  return { stages, pipe: (stage) => extend([...stages, stage as unknown as Stage]) };
}
