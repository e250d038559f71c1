/** An option of a stage that names its directory among the run's results. */
import { z } from 'zod';

/**
 * One plain name, so that no stage reaches outside the results, into another's directory or among hidden files. What a stage
 * writes to it says in `writesTo`: no two stages of a pipeline may name the same.
 */
export const directoryOption = () =>
  z
    .string()
    .regex(
      /^[A-Za-z0-9_-][\w.-]*$/,
      'the name of a directory: letters, digits, `_`, `-` and `.`, which cannot begin it',
    );
