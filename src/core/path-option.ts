/** An option of a stage that names a file or a directory. */
import { z } from 'zod';

/**
 * A path in a pipeline file is relative to that file, one given by `set` to where the user stands, one in an included file to
 * that file: the loader knows by this schema which texts are paths. The stage makes it absolute by `env.resolvePath`.
 */
export const pathOption = () => z.string().min(1).meta({ format: 'path' });

/**
 * Likewise, of a file or directory whose content the stage hashes and records (`env.record`): what it is called and where it
 * lies does not matter to a run that resumes.
 */
export const hashedPathOption = () => z.string().min(1).meta({ format: 'path', isHashed: true });
