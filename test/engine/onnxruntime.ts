/** onnxruntime-node, an optional package: where it is installed, or under the directory LUNGFLOW_ONNXRUNTIME. */
import { deviceEngine, type DeviceEngine } from '../../src/engine/device/engine.js';
import { onnxSource, type OnnxTestGpu } from '../../src/engine/onnx/source.js';
import { findInstalled } from '../../src/engine/packages.js';
import { root } from '../e2e/command.js';
import { installedIn } from './installed-packages.js';

const given = process.env['LUNGFLOW_ONNXRUNTIME'];

/** Where a process finds it that starts there. */
export const onnxDirectory = given ?? root;

const url = (given === undefined ? findInstalled : installedIn(given))('onnxruntime-node');

export const onnxAbsent = url === undefined && 'onnxruntime-node is not installed: npm run setup:optional';

interface OnnxOptions {
  readonly threads?: number;
  readonly gpu?: OnnxTestGpu;
}

export const openOnnx = ({ threads = 2, gpu }: OnnxOptions = {}): Promise<DeviceEngine> =>
  deviceEngine(onnxSource(url!, threads, gpu));
