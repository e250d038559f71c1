/** A failure as files keep it: an error's fields, with where it happened. */
import { z } from 'zod';

export const recordedFailure = z.object({
  kind: z.string(),
  code: z.string(),
  /** What happened, and what to do. */
  what: z.string(),
  remedy: z.string(),
  sid: z.string().optional(),
  stage: z.string().optional(),
  /** Of what nobody expected: where it was thrown. */
  stack: z.string().optional(),
});
