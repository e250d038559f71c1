/** The packages that an engine is made of, found where the user installed them. */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** URL of an installed package's main module, undefined when it is not installed. */
export type FindPackage = (name: string) => string | undefined;

/** Looks where lungflow is installed, then in the working directory. */
export function findInstalled(name: string): string | undefined {
  for (const from of [import.meta.url, pathToFileURL(`${process.cwd()}/`).href]) {
    try {
      return pathToFileURL(createRequire(from).resolve(name)).href;
    } catch {
      continue;
    }
  }
  return undefined;
}
