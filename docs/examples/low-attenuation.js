// Emphysema on CT: the share of lung voxels below -950 HU. In a pipeline file, behind `segment`:
//   - use: ./low-attenuation.js
//     with: { threshold: -950 }
import { defineStage, inputError, port, workerModule, z } from 'lungflow';

const kernel = workerModule(new URL(import.meta.url));

/** Runs on a worker thread; the voxels are shared with it, not copied. */
export function countBelow(voxels, labels, threshold) {
  let lung = 0;
  let low = 0;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === 0) continue;
    lung++;
    if (voxels[i] < threshold) low++;
  }
  return { lung, low };
}

export default defineStage({
  name: 'low-attenuation',
  version: 1,
  summary: 'Measures the share of lung voxels below a threshold.',
  config: z.strictObject({ threshold: z.number().min(-1024).max(0).default(-950).describe('HU') }),
  lane: 'cpu',
  needs: { ct: port('CtVolume', 'CT, HU'), lungs: port('LungLabels', '1 = right, 2 = left') },
  gives: {},
  facts: { low_attenuation: { type: 'float64', about: 'share of lung voxels below the threshold, 0 to 1' } },
  open: async ({ threshold }) => ({
    async process({ ct, lungs }, task) {
      const { lung, low } = await task.workers.run(kernel, 'countBelow', ct.voxels, lungs.voxels, threshold);
      if (lung === 0) throw inputError('lung-missing', 'No voxel is lung.', 'Look at the segmentation.');
      task.fact('low_attenuation', low / lung);
      if (low / lung > 0.6) task.flag('more than 60% of the lungs is low attenuation');
      return {};
    },
  }),
});
