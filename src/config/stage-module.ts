/** `use: ./my-stage.js`: imports a third party's stage, by path relative to the pipeline file or by package name. */
import { createRequire } from 'node:module';
import { isAbsolute, resolve, dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import type { AnyStageType } from '../core/stage.js';

/** Importing runs the module's code. @returns the stage type, or what is wrong with the module. */
export async function importStageType(
  specifier: string,
  pipelineFile: string,
): Promise<{ type: AnyStageType } | { found: string; expected: string }> {
  let module: Record<string, unknown>;
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

function importFrom(specifier: string, pipelineFile: string): Promise<Record<string, unknown>> {
  const isPath = /^\.{1,2}[/\\]/.test(specifier) || isAbsolute(specifier);
  if (isPath)
    return import(pathToFileURL(resolve(dirname(pipelineFile), specifier)).href) as Promise<
      Record<string, unknown>
    >;
  try {
    // A package is looked for from the pipeline file, not from this one.
    const found = createRequire(pipelineFile).resolve(specifier);
    return import(pathToFileURL(found).href) as Promise<Record<string, unknown>>;
  } catch {
    // Packages that export to `import` alone: only Node's module loader resolves those.
  }
  return vm.runInThisContext(`import(${JSON.stringify(specifier)})`, {
    filename: pipelineFile,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }) as Promise<Record<string, unknown>>;
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

function reason(thrown: unknown): string {
  const code = (thrown as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ERR_MODULE_NOT_FOUND') return 'not found, or something that it imports is not';
  const message = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : 'it threw';
  return message.split('\n', 1)[0].slice(0, 200);
}
