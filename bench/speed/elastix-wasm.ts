/**
 * `node elastix-wasm.js ENTRY ATLAS_MASK SUBJECT_MASK`: `@itk-wasm/elastix` on masks, once for each line of stdin, as
 * `bench/peers/timed.py` does it; parameters as in `bench/peers/register_elastix.py`.
 */
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { readNifti } from '../../src/formats/nifti/index.js';
import { transform3 } from '../../src/imaging/space/matrix3.js';
import type { Matrix3, PointLps } from '../../src/imaging/space/geometry.js';
import { timed } from './timed.js';

type ParameterMap = Record<string, readonly string[]>;
interface ElastixWasm {
  defaultParameterMapNode: (name: 'affine') => Promise<{ parameterMap: ParameterMap }>;
  elastixNode: (
    parameters: readonly ParameterMap[],
    images: { fixed: object; moving: object },
  ) => Promise<{ transformParameterObject: readonly ParameterMap[] }>;
}

const [entry, ...masks] = process.argv.slice(2);
const { defaultParameterMapNode, elastixNode } = (await import(pathToFileURL(entry).href)) as ElastixWasm;
const [fixed, moving] = await Promise.all(masks.map(image));
const { parameterMap } = await defaultParameterMapNode('affine');
const parameters = {
  ...parameterMap,
  AutomaticTransformInitialization: ['true'],
  AutomaticTransformInitializationMethod: ['CenterOfGravity'],
};

/** As itk-wasm wants it: float32, LPS. */
async function image(path: string) {
  const { voxels, geometry } = (await readNifti(path)).volume;
  return {
    imageType: { dimension: 3, componentType: 'float32', pixelType: 'Scalar', components: 1 },
    name: 'mask',
    origin: [...geometry.origin],
    spacing: [...geometry.spacing],
    direction: Float64Array.from(geometry.direction),
    size: [...geometry.size],
    metadata: new Map(),
    data: Float32Array.from(voxels),
  };
}

async function register() {
  const { transformParameterObject } = await elastixNode([parameters], { fixed, moving });
  const [{ TransformParameters, CenterOfRotationPoint }] = transformParameterObject;
  const numbers = TransformParameters.map(Number);
  const matrix = numbers.slice(0, 9) as unknown as Matrix3;
  const centre = CenterOfRotationPoint.map(Number) as unknown as PointLps;
  const turned = transform3(matrix, centre);
  return { matrix, offset: centre.map((mm, axis) => mm + numbers[9 + axis] - turned[axis]) };
}

/** It aborts where 4 GB, all that WebAssembly can address, do not suffice. */
async function attempt(): Promise<object> {
  try {
    return await timed(register);
  } catch (thrown) {
    return { cannot: `@itk-wasm/elastix failed on a scan of this size (${(thrown as Error).message})` };
  }
}

const answer = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
console.log = console.error; // what the package prints is no answer
answer({ versions: {} });
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
while (!(await lines.next()).done) answer(await attempt());
