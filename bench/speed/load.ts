/** Reading a CT, beside SimpleITK and nibabel. */
import { basename } from 'node:path';
import { fileSource } from '../../src/core/image-source.js';
import { subjectOf } from '../../src/testing/index.js';
import { load } from '../../stages/load/index.js';
import { contest, contestFigures, type Contestant } from './contest.js';
import { oursOfStage } from './ours.js';
import { scans } from './scans.js';
import type { Figure, Section } from './section.js';

export const loadSection: Section = {
  name: 'load',
  title: 'Load',
  about: `The stage \`load\` on one worker thread, beside \`SimpleITK.ReadImage\` and \`numpy.asarray(nibabel.load(...).dataobj)\`: the same
\`.nii.gz\` from a warm page cache. Ours tells, too, from a glance at the first rows whether the values can be Hounsfield units.`,
  async measure(bench) {
    const figures: Figure[] = [];
    for (const { name, image } of await scans(bench.root)) {
      const subject = subjectOf(basename(image), { image: fileSource(image) });
      const contestants: Contestant[] = [
        { name: 'ours', open: () => oursOfStage(load(), {}, 1, { subject }) },
        ...['SimpleITK', 'nibabel'].map((peer) => ({
          name: peer,
          open: () => bench.peer('load_nifti.py', [peer, image], 1),
          bar: { atLeast: 1 },
        })),
      ];
      figures.push(...contestFigures(name, contestants, await contest(bench, contestants)));
    }
    return figures;
  },
};
