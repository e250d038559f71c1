/** The packages that an engine is made of, found where the user installed them. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

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

/** Of an installed package, undefined when it is not installed. */
export function installedVersion(name: string, find: FindPackage = findInstalled): string | undefined {
  let from = find(name);
  while (from !== undefined && !from.endsWith(':///')) {
    from = new URL('.', from.replace(/\/$/, '')).href;
    const file = fileURLToPath(new URL('package.json', from));
    if (!existsSync(file)) continue;
    const stated = JSON.parse(readFileSync(file, 'utf8')) as { name?: string; version?: string };
    if (stated.name === name) return stated.version;
  }
  return undefined;
}
