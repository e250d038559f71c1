/** The rows, in the table's order. */
import { chain, checkpoint, checkpointFull } from './checkpoint.js';
import { encoder } from './encoder.js';
import { graph } from './graph.js';
import { lungmask, lungs } from './lungs.js';
import { patches } from './patches.js';
import { registration, registrationPhantoms, registrationVectors } from './registration.js';
import type { Row } from './row.js';
import { sides } from './sides.js';

export const rows: readonly Row[] = [
  patches,
  encoder,
  graph,
  checkpoint,
  checkpointFull,
  chain,
  registration,
  registrationPhantoms,
  registrationVectors,
  lungs,
  lungmask,
  sides,
];
