/** `group`: for each landmark one array of all subjects' patches, as pre-training reads them (reference section 5). */
import { z } from 'zod';
import { directoryOption } from '../../src/core/directory-option.js';
import { columnsRead } from '../../src/core/file-column.js';
import { defineStage } from '../../src/core/stage.js';
import { GroupedWriter } from '../../src/store/grouped/grouped-writer.js';
import { PATCH_EDGE } from '../../src/imaging/atlas/atlas.js';
import { patches } from '../ports.js';

export const group = defineStage({
  name: 'group',
  version: 1,
  summary: `Groups patches by landmark: an int16 .npy [subjects, ${PATCH_EDGE}, ${PATCH_EDGE}, ${PATCH_EDGE}] for each, subjects sorted by sid.`,
  config: z.strictObject({
    to: directoryOption()
      .default('grouped_patch')
      .describe('Directory of the arrays inside the output directory: it holds nothing else.'),
  }),
  lane: 'io',
  needs: { patches },
  gives: {},
  writesTo: ({ to }) => [to],
  // The log and the arrays have one writer; rows arrive in the manifest's order, often that of the sids.
  ordered: true,
  async open({ to }, env) {
    const grouped = await GroupedWriter.open({
      outDir: env.outDir,
      to,
      subjects: env.subjects,
      columns: columnsRead(env),
      provenance: new Map(env.provenance),
      notice: (message) => env.notice(message),
    });
    return {
      async process({ patches }, task) {
        await grouped.add(task.subject, patches);
        return {};
      },
      done: () => Promise.resolve(grouped.done()),
      close: (ending, signal) => grouped.close(ending, signal),
    };
  },
});
