/** What Linux lacks for Vulkan, told before a library is loaded that would print it into the user's terminal. */
import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** @returns undefined where nothing is missing, or on another system: it brings its own graphics interface */
export function missingForVulkan(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  if (!hasDriver(process.env)) return 'no Vulkan driver is installed';
  if (!hasLoader()) return 'the Vulkan loader, libvulkan.so.1, is not installed';
  return undefined;
}

/** Drivers register by a file, which the loader is told of by a variable or finds in one of these directories. */
function hasDriver(env: NodeJS.ProcessEnv): boolean {
  if (env['VK_DRIVER_FILES'] ?? env['VK_ICD_FILENAMES'] ?? env['VK_ADD_DRIVER_FILES']) return true;
  return [
    ...under(env['XDG_CONFIG_HOME'], '.config'),
    ...(env['XDG_CONFIG_DIRS'] ?? '/etc/xdg').split(delimiter),
    '/etc',
    ...under(env['XDG_DATA_HOME'], '.local/share'),
    ...(env['XDG_DATA_DIRS'] ?? '/usr/local/share:/usr/share').split(delimiter),
    '/run/opengl-driver/share', // NixOS
  ].some((directory) => filesIn(join(directory, 'vulkan/icd.d')).some((file) => file.endsWith('.json')));
}

/** The directory that a variable names, or that one in the user's home, of which a container's user may have none. */
function under(named: string | undefined, inHome: string): string[] {
  if (named !== undefined) return [named];
  try {
    return [join(homedir(), inHome)];
  } catch {
    return [];
  }
}

function filesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** It is no module of Node's, so that opening it fails always; not finding it fails in words of its own. */
function hasLoader(): boolean {
  try {
    process.dlopen({ exports: {} }, 'libvulkan.so.1');
    return true;
  } catch (thrown) {
    return !/cannot open shared object/.test(String(thrown));
  }
}
