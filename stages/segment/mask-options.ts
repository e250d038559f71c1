/** The options that say how a given lung mask is read. */
import { z } from 'zod';

const values = (side: string) =>
  z.array(z.int().min(1)).min(1).describe(`the mask's values of the ${side} lung`);

export const labelsOption = () =>
  z
    .strictObject({ right: values('right'), left: values('left') })
    .refine(
      ({ right, left }) => new Set([...right, ...left]).size === right.length + left.length,
      'each value once, for one of the lungs',
    )
    .optional()
    .describe(
      "the mask's values of each lung, as {right: [4], left: [3]}; told from the sides of the body unless given",
    );

/** A stage's options, where `labels` and `otherwise` mean nothing without `mask`: to give them alone is a slip. */
export const withMask = <S extends z.ZodRawShape>(shape: S) =>
  z.strictObject(shape).superRefine((options, context) => {
    const given = options as Record<string, unknown>;
    if (given['mask'] !== undefined) return;
    for (const name of ['labels', 'otherwise'])
      if (given[name] !== undefined)
        context.addIssue({
          code: 'custom',
          path: [name],
          message: `\`mask\` beside it: \`${name}\` is about masks that the manifest names`,
        });
  });
