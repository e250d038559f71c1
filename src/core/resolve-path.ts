import { homedir } from 'node:os';
import { resolve } from 'node:path';

/** As `resolve` of `node:path`, and `~/` at the beginning is the user's home, as in a shell. Nothing else is expanded. */
export const resolvePath = (directory: string, written: string): string =>
  /^~[/\\]/.test(written) ? resolve(homedir(), written.slice(2)) : resolve(directory, written);
