/** `use: ./my-stage.js`: imports a third party's stage, by path relative to the pipeline file or by package name. */
import { createRequire } from 'node:module';
import { isAbsolute, resolve, dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import vm from 'node:vm';
import type { AnyStageType } from '../../core/stage.js';

/** Importing runs the module's code. @returns the stage type, or what is wrong with the module. */
export async function importStageType(
  specifier: string,
  pipelineFile: string,
): Promise<{ type: AnyStageType } | { found: string; expected: string }> {
  let module: Module;
  try {
    module = await importFrom(specifier, pipelineFile);
  } catch (thrown) {
    return {
      found: `\`${specifier}\`, which cannot be imported (${reason(thrown)})`,
      expected: 'an ES module, by path relative to this file or by the name of an installed package',
    };
  }
  const type: unknown = module['default'];
  if (isStageType(type)) return { type };
  return {
    found: `\`${specifier}\`, ${'default' in module ? 'whose default export is no stage' : 'which has no default export'}`,
    expected: '`export default defineStage({ … })`',
  };
}

type Module = Record<string, unknown>;

function importFrom(specifier: string, pipelineFile: string): Promise<Module> {
  const url = locate(specifier, pipelineFile);
  if (url) return import(url.href) as Promise<Module>;
  return vm.runInThisContext(`import(${JSON.stringify(specifier)})`, {
    filename: pipelineFile,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }) as Promise<Module>;
}

/** Where the module lies, packages being looked for from the pipeline file; undefined where only `import` can tell. */
function locate(specifier: string, pipelineFile: string): URL | undefined {
  if (/^\.{1,2}[/\\]/.test(specifier) || isAbsolute(specifier))
    return pathToFileURL(resolve(dirname(pipelineFile), specifier));
  try {
    return pathToFileURL(createRequire(pipelineFile).resolve(specifier));
  } catch (thrown) {
    // The package's `exports` may hold nothing but the condition `import`.
    if ((thrown as NodeJS.ErrnoException).code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') return undefined;
    throw thrown;
  }
}

function isStageType(value: unknown): value is AnyStageType {
  if (typeof value !== 'function' || !('spec' in value) || !('stageName' in value)) return false;
  const spec = value.spec as Partial<Record<string, unknown>> | null;
  return (
    typeof value.stageName === 'string' &&
    /^[a-z][a-z0-9-]*$/.test(value.stageName) &&
    typeof spec === 'object' &&
    typeof spec?.['open'] === 'function' &&
    typeof spec['gives'] === 'object' &&
    typeof (spec['config'] as { safeParse?: unknown } | undefined)?.safeParse === 'function'
  );
}

/** Where this copy of lungflow lies: what a stage beside a pipeline file has to find. */
const thisPackage = fileURLToPath(new URL('../../../..', import.meta.url));

function reason(thrown: unknown): string {
  const code = (thrown as NodeJS.ErrnoException | undefined)?.code;
  const message = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : 'it threw';
  if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND')
    return message.replace(/\n.*/s, '').slice(0, 200);
  const missing = /Cannot find package '([^']+)'/.exec(message)?.[1];
  if (missing !== undefined)
    return `it imports \`${missing}\`, which is not installed; in its folder, \`npm install ${missing === 'lungflow' ? thisPackage : missing}\` does that`;
  return 'not found, or a file that it imports is not';
}
