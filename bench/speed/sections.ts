/** The sections, in the order of `bench/README.md`. */
import { pipeline } from './pipeline.js';
import type { Section } from './section.js';

export const sections: readonly Section[] = [pipeline];
