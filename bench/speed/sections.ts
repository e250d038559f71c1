/** The sections, in the order of `bench/README.md`. */
import { linearitySection } from './linearity.js';
import { memorySection } from './memory.js';
import { overheadSection } from './overhead.js';
import { pipeline } from './pipeline.js';
import type { Section } from './section.js';

export const sections: readonly Section[] = [pipeline, overheadSection, linearitySection, memorySection];
