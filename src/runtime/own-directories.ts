/** No two stages of a pipeline write to one directory of the results. */
import { pipelineFileError } from '../core/errors.js';
import type { Stage } from '../core/stage.js';

/** @throws LungflowError `directory-twice` */
export function requireOwnDirectories(stages: readonly Pick<Stage, 'name' | 'writesTo'>[]): void {
  const owners = new Map<string, string>();
  for (const { name, writesTo } of stages)
    for (const directory of writesTo) {
      const folded = directory.toLowerCase(); // one directory on Windows, on macOS and on many network drives
      const other = owners.get(folded);
      if (other !== undefined)
        throw pipelineFileError(
          'directory-twice',
          `The stages ${other} and ${name} would both write to the directory ${directory} of the results.`,
          'Name another directory for one of them (`to`).',
        ).at({ stage: name });
      owners.set(folded, name);
    }
}
