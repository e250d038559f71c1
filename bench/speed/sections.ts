/** The sections, in the order of `bench/README.md`. */
import { chainSection } from './chain.js';
import { encodeSection } from './encode.js';
import { linearitySection } from './linearity.js';
import { loadSection } from './load.js';
import { memorySection } from './memory.js';
import { overheadSection } from './overhead.js';
import { pipeline } from './pipeline.js';
import { registerSection } from './register.js';
import { resampleSection } from './resample.js';
import type { Section } from './section.js';
import { segmentSection } from './segment.js';

export const sections: readonly Section[] = [
  pipeline,
  memorySection,
  linearitySection,
  overheadSection,
  chainSection,
  loadSection,
  segmentSection,
  registerSection,
  resampleSection,
  encodeSection,
];
