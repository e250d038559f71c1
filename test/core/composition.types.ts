/** Proves to the compiler, not at run time, which orders of stages compile: `npm run check` fails when one of these changes. */
import { pipeline } from '../../src/core/pipeline.js';
import { port, type PortMap } from '../../src/core/port.js';
import { defineStage } from '../../src/core/stage.js';
import { z } from 'zod';

const ct = port<Int16Array>('Int16Array', 'voxels');
const lungs = port<Uint8Array>('Uint8Array', 'labels');
const volumeMl = port<number>('number', 'ml');
const volumeText = port<string>('string', 'the same port name, another type');

const common = { version: 1, summary: '', lane: 'cpu', config: z.strictObject({}) } as const;
const never = () => Promise.reject(new Error('never opened'));

const load = defineStage({ ...common, name: 'load', needs: {}, gives: { ct }, open: never });
const segment = defineStage({ ...common, name: 'segment', needs: { ct }, gives: { lungs }, open: never });
const measure = defineStage({
  ...common,
  name: 'measure',
  needs: { ct, lungs },
  gives: { volume: volumeMl },
  drops: ['ct', 'lungs'],
  open: never,
});
const title = defineStage({
  ...common,
  name: 'title',
  needs: { volume: volumeText },
  gives: {},
  open: never,
});
const write = defineStage({ ...common, name: 'write', needs: { volume: volumeMl }, gives: {}, open: never });
const mask = defineStage({
  ...common,
  name: 'mask',
  config: z.strictObject({ threshold: z.number().default(-500) }),
  needs: () => ({ ct }),
  gives: { mask: lungs },
  open: never,
});
const chosen = defineStage({
  ...common,
  name: 'chosen',
  config: z.strictObject({ columns: z.array(z.string()).default([]) }),
  needs: ({ columns }): PortMap => Object.fromEntries(columns.map((name) => [name, ct])),
  gives: {},
  open: never,
});

export const compiles = [
  pipeline(load()),
  pipeline(load()).pipe(segment()),
  pipeline(load()).pipe(segment()).pipe(measure()).pipe(write()),
  // Order matters only where ports say so.
  pipeline(load())
    .pipe(mask({ threshold: -400 }))
    .pipe(segment()),
  pipeline(load()).pipe(segment()).pipe(measure()).pipe(write()).pipe(write()),
  // Needs that only the configuration decides are left to `checkComposition`.
  pipeline(load())
    .pipe(chosen({ columns: ['ct'] }))
    .pipe(segment()),
  // What was dropped may be given again.
  pipeline(load()).pipe(segment()).pipe(measure()).pipe(load()).pipe(segment()),
];

export const doesNotCompile = [
  // @ts-expect-error the first stage needs `ct`
  () => pipeline(segment()),
  // @ts-expect-error the first stage needs `ct` (needs stated as a function of the configuration)
  () => pipeline(mask()),
  // @ts-expect-error `measure` needs `lungs`
  () => pipeline(load()).pipe(measure()),
  // @ts-expect-error `write` before `measure`, which gives `volume`
  () => pipeline(load()).pipe(segment()).pipe(write()).pipe(measure()),
  // @ts-expect-error `measure` dropped `ct`
  () => pipeline(load()).pipe(segment()).pipe(measure()).pipe(mask()),
  // @ts-expect-error `volume` is given as a number and needed as a string
  () => pipeline(load()).pipe(segment()).pipe(measure()).pipe(title()),
  // @ts-expect-error `ct` is given twice
  () => pipeline(load()).pipe(load()),
  // @ts-expect-error `threshold` is a number
  () => pipeline(load()).pipe(mask({ threshold: 'low' })),
  // @ts-expect-error no such option
  () => pipeline(load()).pipe(mask({ treshold: 1 })),
  // @ts-expect-error a stage may only drop what it needs or gives
  () => defineStage({ ...common, name: 'x', needs: { ct }, gives: {}, drops: ['lungs'], open: never }),
];

// Facts take the type that they are declared with, and no others can be recorded.
defineStage({
  ...common,
  name: 'facts',
  needs: { ct },
  gives: {},
  facts: {
    ml: { type: 'float64', about: 'ml' },
    side: { type: 'utf8', about: 'right or left' },
  },
  open: () => ({
    process(_, task) {
      task.fact('ml', 5);
      task.fact('side', 'left');
      // @ts-expect-error a number is declared
      task.fact('ml', '5');
      // @ts-expect-error not declared
      task.fact('litres', 5);
      return Promise.resolve({});
    },
  }),
});
