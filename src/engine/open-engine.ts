/** Opens an engine by its descriptor, or says what to install. */
import { LungflowError, modelError } from '../core/errors.js';
import type { Workers } from '../core/stage.js';
import type { EngineDescriptor } from './descriptor.js';
import type { ChosenEngine } from './engine.js';
import { orFallback } from './fallback.js';
import type { FindPackage } from './packages.js';
import { isWithoutGpu, withoutGpu } from './without-gpu.js';

export const missingPackages = ({ packages }: Pick<EngineDescriptor, 'packages'>, find: FindPackage) =>
  packages.filter((packageName) => find(packageName) === undefined);

/** In a clone, npm passes over an optional peer that is not asked for as something else, too. */
export const installCommand = ({ packages }: Pick<EngineDescriptor, 'packages'>): string =>
  `npm install --no-save --save-dev ${packages.join(' ')}`;

/** @throws modelError `engine-not-installed`, `engine-without-gpu` or, when its library fails, `engine-broken` */
export async function openEngine(
  descriptor: EngineDescriptor,
  workers: Workers,
  find: FindPackage,
  reason: string,
): Promise<ChosenEngine> {
  const { name, packages, gpu, lacks } = descriptor;
  const urls = packages.map(find);
  if (!urls.every((url) => url !== undefined)) {
    throw modelError(
      'engine-not-installed',
      `The engine ${name} is not installed.`,
      orFallback(`Install it with \`${installCommand(descriptor)}\``),
    );
  }
  const lacking = lacks?.();
  if (lacking !== undefined && gpu) throw withoutGpu({ name, gpu }, lacking);
  try {
    const engine = await descriptor.open({ urls, workers });
    const { passedOver } = engine.device;
    return { ...engine, name, reason: passedOver ? `${reason}; ${passedOver}` : reason };
  } catch (thrown) {
    if (isWithoutGpu(thrown)) throw thrown;
    throw modelError(
      'engine-broken',
      `The engine ${name} is installed but did not load: ${causeOf(thrown)}.`,
      orFallback(`Install it again with \`${installCommand(descriptor)}\``),
      thrown,
    );
  }
}

/** The first line of what was thrown, as the end of a sentence. */
const causeOf = (thrown: unknown) =>
  (thrown instanceof LungflowError ? thrown.what : thrown instanceof Error ? thrown.message : String(thrown))
    .replace(/^Unexpected failure: /, '')
    .split('\n')[0]
    .replace(/[. ]+$/, '');
