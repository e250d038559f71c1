/** Finding the lungs. No peer: the reference's is a U-Net whose weights are not at hand. */
import { segment } from '../../stages/segment/index.js';
import { contest, contestFigures, type Contestant } from './contest.js';
import { oursOfStage, readCt } from './ours.js';
import { scans } from './scans.js';
import type { Figure, Section } from './section.js';

export const segmentSection: Section = {
  name: 'segment',
  title: 'Segment',
  about: 'The stage `segment` on one worker thread, the CT read before.',
  async measure(bench) {
    const figures: Figure[] = [];
    for (const { name, image } of await scans(bench.root)) {
      const ct = await readCt(image);
      const contestants: Contestant[] = [
        { name: 'ours', open: () => oursOfStage(segment(), { ct }, 1), bar: { atMost: 1 } },
      ];
      figures.push(...contestFigures(name, contestants, await contest(bench, contestants)));
    }
    return figures;
  },
};
