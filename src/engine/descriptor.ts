/** What an engine says of itself. To add one: a file in `descriptors/`, and its line in `engines.ts`. */
import type { Workers } from '../core/stage.js';
import type { Engine } from './engine.js';

export interface EngineDescriptor {
  /** As pipeline files call it. */
  readonly name: string;
  /** Of npm, what the user installs for it; none where it is all our own. */
  readonly packages: readonly string[];
  /** For an engine that is made for a GPU. */
  readonly gpu?: GpuDescriptor;
  /** Runs encoders of the user's own, from .onnx files: it has `loadModel`. */
  readonly runsModels?: boolean;
  /** Looks for what the machine must have besides, before a thread starts and a library loads. @returns what it lacks, as the end of a sentence */
  readonly lacks?: () => string | undefined;
  /** @throws whatever its library says that cannot be loaded; `withoutGpu` */
  open(opening: Opening): Promise<Engine>;
}

export interface GpuDescriptor {
  /** When `auto` tries it: the lowest first. */
  readonly autoOrder: number;
  /** What the user can do where it finds no GPU, as the beginning of a sentence. */
  readonly remedy: string;
  /** When it is asked for by name and its device is no GPU: why that is refused, or what is said. */
  readonly onCpu: { readonly refused: string } | { readonly said: string };
}

export interface Opening {
  /** Of the packages' main modules, in their order. */
  readonly urls: readonly string[];
  /** The run's, all of them. */
  readonly workers: Workers;
}
