/** The engine that runs everywhere: `auto` falls back on it, and remedies offer it. */
import { wasm } from './descriptors/wasm.js';

export const FALLBACK = wasm;

/** @param remedy as the beginning of a sentence */
export const orFallback = (remedy: string): string => `${remedy}, or choose the engine ${FALLBACK.name}.`;
