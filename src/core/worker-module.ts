/** A module whose exported functions run on worker threads: arguments and results must be cloneable. */
declare const exported: unique symbol;

/** A module by its address; `M`: what it exports. */
export interface WorkerModule<M> {
  readonly url: string;
  readonly [exported]?: M;
}

/** `workerModule<typeof import('./kernel.js')>(new URL('./kernel.js', import.meta.url))` */
export function workerModule<M>(url: URL): WorkerModule<M> {
  return { url: url.href };
}
