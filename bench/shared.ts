/** Scans and atlas that lie beside the checkout, and no part of it. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { NotRun } from './not-run.js';

/** @throws NotRun when it is not there */
export function sharedFile(root: string, path: string): string {
  const file = resolve(root, '../shared', path);
  if (!existsSync(file)) throw new NotRun(`../shared/${path} is not there`);
  return file;
}
