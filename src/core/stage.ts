/** Stages: what they need, give and drop, where they run, and how a pipeline file configures them. */
import type { z } from 'zod';
import type { FactSpecs, FactValue, ValueOf } from './fact.js';
import type { PortMap, Values } from './port.js';
import type { Subject } from './subject.js';
import type { WorkerModule } from './worker-module.js';

/** What a stage keeps busy: the disk, the worker threads, or an accelerator. */
export type Lane = 'io' | 'cpu' | 'gpu';

/** Pieces of work that an accelerator has at once: while one computes, the next one's data travel. */
export const ACCELERATOR_PLACES = 2;

/** Named sizes of a scan known before it is read (`voxels`, `isoVoxels`): the first stage measures, all estimate from it. */
export type Scale = Readonly<Record<string, number>>;

/** Estimated bytes: of each large value given, by port, and of scratch memory while the stage works. */
export interface Footprint {
  readonly gives: Readonly<Record<string, number>>;
  readonly working: number;
}

/** Runs exported functions of a module on worker threads. Volumes go by SharedArrayBuffer: never copied. */
export interface Workers {
  /** Among how many threads work may be divided: in `open` all there are, in a task those that other scans leave just now. */
  readonly threads: number;
  /** Calls the function `name` that `module` exports. */
  run<M, F extends keyof M & string>(
    module: WorkerModule<M>,
    name: F,
    ...args: M[F] extends (...args: infer A) => unknown ? A : never
  ): Promise<M[F] extends (...args: never[]) => infer R ? Awaited<R> : never>;
}

/** What is known of a tensor's shape before there is one: its axes, undefined where scans differ. */
export type KnownShape = readonly (number | undefined)[];

/** What a stage may ask for, once, before any scan is read. */
export interface StageEnv {
  readonly workers: Workers;
  /** Resolves a path written in the pipeline file (relative to that file). */
  resolvePath(path: string): string;
  /** Directory of the run's results. */
  readonly outDir: string;
  /** The cohort. */
  readonly subjects: readonly Subject[];
  /** Scans that may be worked on at once (`jobs`). */
  readonly jobs: number;
  /** QC columns that all stages of this pipeline declare, in order, with the runtime's `seconds_<stage>`. */
  readonly facts: FactSpecs;
  /** Ports available to this stage. */
  readonly ports: PortMap;
  /** Of tensors on these ports: what the stages that give them know of their shapes. */
  readonly shapes: Readonly<Record<string, KnownShape | undefined>>;
  /**
   * Columns of the manifest that name files for some stage to read: a stage adds its own. They are inputs, not properties of
   * the subject, and paths may tell who a patient is: writers leave them out.
   */
  readonly fileColumns: Set<string>;
  /**
   * Further columns on which results depend: a stage adds what it reads. A task's subject has these and those of `fileColumns`,
   * and no other: a covariate that is corrected later must not leave a result that was made from the old one.
   */
  readonly inputColumns: Set<string>;
  /**
   * Says something the user must know about the whole run (engine chosen, weights untrained, slower path taken).
   * @param topic said once in a run: what another stage says of it later is not heard
   */
  notice(message: string, topic?: string): void;
  /** Marks every result of the run as suspicious (weights untrained): in each row's flags, and at the end of the run. */
  flag(message: string): void;
  /** Records how the results came about: goes into the output's metadata. Values must not vary between equal runs. */
  record(key: string, value: string): void;
  /** All that has been recorded so far, by this stage and those before it. */
  readonly provenance: ReadonlyMap<string, string>;
}

/** What a stage may ask for while it works on one subject. `F`: the facts it declared. */
export interface Task<F extends FactSpecs = FactSpecs> {
  readonly subject: Subject;
  readonly workers: Workers;
  /** Aborted when the run is stopped. */
  readonly signal: AbortSignal;
  /**
   * Records a QC fact that the stage declared.
   * @throws LungflowError `undeclared-fact`, `fact-type`; the subject fails, even where the stage catches it
   */
  fact<K extends keyof F & string>(name: K, value: ValueOf<F[K]>): void;
  /** Facts and flags of the subject so far. */
  readonly facts: ReadonlyMap<string, FactValue>;
  readonly flags: readonly string[];
  /** Marks the result as suspicious, not failed: a column of the output and a line of the summary. */
  flag(message: string): void;
}

/** A stage that takes one scan at a time. */
export interface ItemStage<N, G, F extends FactSpecs = FactSpecs> {
  /** Works on one scan; what it throws fails that subject alone. */
  process(inputs: N, task: Task<F>): Promise<G>;
}

/** A part of one scan's units, [from, to), inside a batch. */
export interface Slice<N, S> {
  readonly inputs: N;
  readonly state: S;
  readonly from: number;
  readonly to: number;
}

/** A stage whose unit of work is smaller than a scan: the runtime gathers units of several scans into one batch. */
export interface BatchStage<N, G, S, F extends FactSpecs = FactSpecs> {
  readonly batch: {
    /** Units in a full batch; may change while the run goes on. */
    readonly size: number;
    /** A batch that is not full goes to its lane after this long, and gathers more until the lane is free. */
    readonly waitMs: number;
    /** Units of one scan. */
    units(inputs: N): number;
    /** Room for the scan's results, made when its first unit joins a batch. */
    begin(inputs: N): S;
    /** Works on the slices of one batch and leaves the results in their states. */
    run(slices: readonly Slice<N, S>[], workers: Workers, signal: AbortSignal): Promise<void>;
    /** All units of the scan are done. */
    finish(inputs: N, state: S, task: Task<F>): G;
  };
}

/** A stage that has its resources and is ready for scans. */
export type OpenStage<N, G, F extends FactSpecs = FactSpecs> = (
  ItemStage<N, G, F> | BatchStage<N, G, unknown, F>
) & {
  /** Overrides the declared lane when it depends on what was found (an engine with or without a GPU). */
  readonly lane?: Lane;
  /** Of tensors that it gives: what is known of their shapes by now. Later stages find it in `env.shapes`. */
  readonly shapes?: { readonly [P in keyof G]?: KnownShape };
  /** First stage only: sizes of a scan, from its header, without reading it. */
  measure?(subject: Subject): Promise<Scale>;
  /** Subjects whose results already stand in the output: they are not read again. */
  done?(): Promise<ReadonlySet<string>>;
  /** Their flags, as far as it keeps them: the run's report is of the whole output. */
  flagged?(): ReadonlyMap<string, readonly string[]>;
  /** After the last scan, or after an interruption. What takes long stops, resumable, when the signal is aborted. */
  close?(ending: 'complete' | 'interrupted', signal?: AbortSignal): Promise<void>;
};

/** A subject that was found in a directory: what its row of a manifest would say, paths relative to the directory. */
export interface FoundSubject {
  readonly sid: string;
  readonly image: string;
  /** Columns that name further files. */
  readonly columns: Readonly<Record<string, string>>;
}

/** A cohort that lies in a directory, without a manifest: how a stage that needs nothing recognises it as its own. */
export interface DirectoryCohort {
  /** What such a directory holds, in words. */
  readonly about: string;
  /** In the order of the output; undefined when the directory is nothing of the kind. */
  find(directory: string): Promise<readonly FoundSubject[] | undefined>;
}

/** A configured stage, ready to be composed. `N`: values it needs; `G`: gives; `D`: names it drops. */
export interface Stage<N extends object = object, G extends object = object, D extends string = string> {
  readonly name: string;
  /** Raised when the stage's results change: part of the key by which a run resumes. */
  readonly version: number;
  readonly lane: Lane;
  readonly needs: PortMap;
  readonly gives: PortMap;
  readonly drops: readonly D[];
  readonly facts: FactSpecs;
  /** Stages that must see scans one by one, in the manifest's order (writers). */
  readonly ordered: boolean;
  readonly config: unknown;
  readonly startsFrom?: DirectoryCohort | undefined;
  /** Names of directories among the run's results that this stage alone writes to. */
  readonly writesTo: readonly string[];
  /** Estimates, from a scan's size, what the stage will take. */
  footprint(scale: Scale): Footprint;
  /** Called once, before any scan: checks files, loads models. */
  open(env: StageEnv): Promise<OpenStage<N, G>>;
}

/** What a stage author writes. `needs` may depend on the configuration. */
export interface StageSpec<
  C extends z.ZodType,
  N extends PortMap,
  G extends PortMap,
  D extends Extract<keyof N | keyof G, string>,
  F extends FactSpecs = FactSpecs,
> {
  readonly name: string;
  readonly version: number;
  /** One line. */
  readonly summary: string;
  readonly config: C;
  readonly lane: Lane;
  /** A function where the options decide. */
  readonly needs: N | ((config: z.output<C>) => N);
  readonly gives: G;
  /** Ports, needed or given, that no later stage may use: their memory is freed when this stage is done. */
  readonly drops?: readonly D[];
  readonly facts?: F;
  readonly ordered?: boolean;
  /** A pipeline whose input is such a directory starts with this stage, whatever it starts with otherwise. */
  readonly startsFrom?: DirectoryCohort;
  /** Names of directories among the run's results that no other stage may write to: see `directoryOption`. */
  writesTo?(config: z.output<C>): readonly string[];
  /** Estimates, from a scan's size, what the stage will take; nothing, without it. */
  footprint?(scale: Scale, config: z.output<C>): Partial<Footprint>;
  /** Called once, before any scan: checks files, loads models, and returns what works on scans. */
  open(
    config: z.output<C>,
    env: StageEnv,
  ): OpenStage<Values<N>, Values<G>, NoInfer<F>> | Promise<OpenStage<Values<N>, Values<G>, NoInfer<F>>>;
}

/** A kind of stage: call it with a configuration to get a stage; pipeline files find it by its name. */
export interface StageType<
  C extends z.ZodType = z.ZodType,
  N extends PortMap = PortMap,
  G extends PortMap = PortMap,
  D extends string = string,
> {
  (config?: z.input<C>): Stage<Values<N>, Values<G>, D>;
  readonly stageName: string;
  readonly spec: StageSpec<C, N, G, never>;
}

/** Any stage type, its configuration and ports forgotten: what a registry holds. */
export interface AnyStageType {
  (config?: never): Stage;
  readonly stageName: string;
  readonly spec: {
    readonly name: string;
    readonly version: number;
    readonly summary: string;
    readonly config: z.ZodType;
    readonly lane: Lane;
    /** As in `StageSpec`. */
    readonly needs: PortMap | ((config: never) => PortMap);
    readonly gives: PortMap;
    readonly drops?: readonly string[];
    readonly facts?: FactSpecs;
    readonly ordered?: boolean;
    readonly startsFrom?: DirectoryCohort;
  };
}

/** Makes a kind of stage of what its author wrote. */
export function defineStage<
  C extends z.ZodType,
  N extends PortMap,
  G extends PortMap,
  D extends Extract<keyof N | keyof G, string> = never,
  F extends FactSpecs = Record<never, never>,
>(spec: StageSpec<C, N, G, D, F>): StageType<C, N, G, D> {
  const configure = (input?: z.input<C>): Stage<Values<N>, Values<G>, D> => {
    const config = spec.config.parse(input ?? {});
    return {
      name: spec.name,
      version: spec.version,
      lane: spec.lane,
      needs: typeof spec.needs === 'function' ? spec.needs(config) : spec.needs,
      gives: spec.gives,
      drops: spec.drops ?? [],
      facts: spec.facts ?? {},
      ordered: spec.ordered ?? false,
      config,
      startsFrom: spec.startsFrom,
      writesTo: spec.writesTo?.(config) ?? [],
      footprint: (scale) => ({ gives: {}, working: 0, ...spec.footprint?.(scale, config) }),
      open: async (env) => spec.open(config, env),
    };
  };
  return Object.assign(configure, {
    stageName: spec.name,
    spec: spec as unknown as StageSpec<C, N, G, never>,
  });
}
