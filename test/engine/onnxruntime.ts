/** onnxruntime-node, an optional package: where it is installed, or under the directory LUNGFLOW_ONNXRUNTIME. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findInstalled } from '../../src/engine/packages.js';
import { root } from '../e2e/command.js';

const given = process.env['LUNGFLOW_ONNXRUNTIME'];

/** Where a process finds it that starts there. */
export const onnxDirectory = given ?? root;

/** URL of its main module. */
export const onnxUrl = given
  ? pathToFileURL(createRequire(join(given, 'here.js')).resolve('onnxruntime-node')).href
  : findInstalled('onnxruntime-node');

export const onnxAbsent: string | false =
  onnxUrl === undefined && 'onnxruntime-node is not installed: npm run setup:optional';

const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';
export const softwareVulkan = existsSync(SWIFTSHADER) ? SWIFTSHADER : undefined;
