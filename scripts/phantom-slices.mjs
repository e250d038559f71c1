// Looks at a phantom: middle slices as PNG, lung and soft-tissue windows. node scripts/phantom-slices.mjs [index] [mm] [directory]
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { phantomVolume } from '../dist/data/phantom/phantom.js';

const [index = '0', spacing = '1.5', directory = 'out/phantom'] = process.argv.slice(2);
const { ct } = phantomVolume(Number(index), 1, Number(spacing));
const [nx, ny, nz] = ct.geometry.size;
const hu = (i, j, k) => ct.voxels[i + nx * (j + ny * k)];
const planes = {
  axial: [nx, ny, (i, j) => hu(i, j, nz >> 1)],
  coronal: [nx, nz, (i, k) => hu(i, ny >> 1, nz - 1 - k)],
  sagittal: [ny, nz, (j, k) => hu(Math.floor(nx * 0.3), j, nz - 1 - k)],
};
const windows = { lung: [-600, 1500], soft: [40, 400] }; // centre, width

mkdirSync(directory, { recursive: true });
for (const [plane, [width, height, at]] of Object.entries(planes))
  for (const [name, [centre, range]] of Object.entries(windows)) {
    const data = Uint8Array.from({ length: width * height }, (_, p) => {
      const grey = (at(p % width, Math.floor(p / width)) - centre) / range + 0.5;
      return Math.min(Math.max(255 * grey, 0), 255);
    });
    const path = join(directory, `phantom-${index}-${plane}-${name}.png`);
    writeFileSync(path, encode({ width, height, data, channels: 1, depth: 8 }));
    console.log(path);
  }
