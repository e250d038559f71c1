import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { renderPlan } from '../../src/cli/plan/render-plan.js';
import { renderStage } from '../../src/cli/plan/render-stage.js';
import { checkComposition } from '../../src/core/composition.js';
import type { AnyStageType, Stage } from '../../src/core/stage.js';
import { describeStage } from '../../src/config/pipeline/describe-stage.js';
import { encode, load, patch, register, segment, write } from '../config/pipeline/stages.js';

const drawn = (type: Pick<AnyStageType, 'stageName' | 'spec'>): string => renderStage(describeStage(type));

const stages: readonly Stage[] = [
  load(),
  segment({ mask: 'lung_mask' }),
  register({ atlas: 'atlas' }),
  patch({ atlas: 'atlas' }),
  encode(),
  write({ columns: ['embedding', 'lungs'] }),
];
const loaded = {
  name: 'extract',
  about: 'chest CTs to feature vectors',
  stages: stages.map((stage, index) => ({ stage, line: index + 2 })),
  facts: checkComposition(stages).facts,
};

describe('pipeline describe', () => {
  it('draws each port from the stage that gives it to the last that needs it, with bytes', () => {
    const scale = { voxels: 512 * 512 * 500 };
    assert.equal(
      renderPlan(loaded, { scale, scan: '512 × 512 × 500' }),
      `extract · chest CTs to feature vectors

                                                        holds     peak
io  load        ●         ct: CtVolume                 250 MB   250 MB
                │
cpu segment     ◇─●       lungs: LungLabels            375 MB   750 MB
                │ │
cpu register    │ ◇─●     atlasToSubject: AffineLps    375 MB   375 MB
                │ │ │
cpu patch       ◆─┼─◆─●   patches: Tensor<int16>       161 MB   411 MB
                  │   │
gpu encode      ●─┼───◆   embedding: Tensor<float32>   125 MB   161 MB
                │ │
io  write       ◆─◆       reads embedding, lungs            –   125 MB

● gives   ◇ needs   ◆ needs for the last time: its memory is freed
A scan of 512 × 512 × 500 voxels holds at most 750 MB, while in \`segment\`.
QC columns: voxels, right_lung_ml, seconds_load, seconds_segment, seconds_register, seconds_patch,
  seconds_encode
`,
    );
  });

  it('leaves bytes out where no scan is given, and says what it cannot estimate', () => {
    assert.doesNotMatch(renderPlan(loaded), /MB|holds/);
    const scale = { voxels: NaN };
    assert.match(renderPlan(loaded, { scale }), /^io {2}load .* \? {8}\?$/m);
    assert.match(renderPlan(loaded, { scale }), /^Memory: not known for every stage\.$/m);
  });

  it('colours only when asked to', () => {
    const escape = String.fromCharCode(27);
    assert.ok(!renderPlan(loaded).includes(escape));
    assert.ok(renderPlan(loaded, { color: true }).includes(`${escape}[35mgpu`));
  });
});

describe('pipeline stages NAME', () => {
  it('shows ports, facts and options with types, defaults and docs', () => {
    assert.equal(
      drawn(segment),
      `segment · cpu · version 1
A stage for tests.

needs  ct              CtVolume     HU
gives  lungs           LungLabels   labels
facts  right_lung_ml   float64      ml

options
  mask        text that is not empty       optional   column of the manifest with a mask
  threshold   a number from -1024 to 0     = -500     HU
  closing     a whole number from 0 to 9   = 3        radius, voxels
`,
    );
    assert.match(drawn(patch), /^drops {2}ct$/m);
    assert.match(drawn(register), /^ {2}atlas +a path +required +directory$/m);
    assert.match(drawn(encode), /^ {2}weights +text, or a map with `seed` +=/m);
    assert.match(drawn(load), /^no options$/m);
  });

  it('puts descriptions below options that are too wide for one line', () => {
    const wide = {
      ...segment.spec,
      config: z.strictObject({ a: z.int().describe('what a is '.repeat(12)) }),
    };
    assert.match(
      drawn({ stageName: 'wide', spec: wide }),
      /^ {2}a +a whole number +required\n {6}what a is/m,
    );
  });

  it('says where needs depend on the options', () => {
    assert.match(drawn(write), /^needs {2}embedding .*\n {7}\(needs with the default options/m);
  });
});
