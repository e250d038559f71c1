// Builds tfjs-node's native binding from the sources in its npm package, on the TensorFlow of PyPI's wheel: for machines that
// cannot reach the host of the ready-made binaries. Linux on x86-64, with pip and g++. node scripts/build-tfjs-node.mjs DIRECTORY
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const TFJS_NODE = '@tensorflow/tfjs-node@4.22.0';
const TENSORFLOW = 'tensorflow-cpu==2.15.1'; // the binding keeps to TensorFlow's C interface, which later releases keep
const NAPI_VERSION = 8; // the highest that tfjs-node 4.22 knows

const { positionals } = parseArgs({ allowPositionals: true });
if (positionals.length !== 1) {
  process.stderr.write('usage: node scripts/build-tfjs-node.mjs DIRECTORY\n');
  process.exit(2);
}
const directory = resolve(positionals[0]);

function run(command, args, options) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', ...options });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

// Without its install script, which downloads the library and the binding.
mkdirSync(directory, { recursive: true });
run('npm', ['install', '--ignore-scripts', '--prefix', directory, TFJS_NODE, 'node-api-headers@1']);
const require = createRequire(join(directory, 'package.json'));
const manifest = require.resolve('@tensorflow/tfjs-node/package.json');
const sources = join(dirname(manifest), 'binding');
const addon = require('@mapbox/node-pre-gyp').find(manifest); // where tfjs-node will look for it

// The Python that the wheel is for does not matter: no Python is run.
const unpacked = join(dirname(manifest), 'deps');
run('python3', [
  ...['-m', 'pip', 'install', '--quiet', '--no-deps', '--no-compile', '--upgrade', '--target', unpacked],
  ...['--only-binary=:all:', '--python-version=3.11', '--platform=manylinux_2_17_x86_64', TENSORFLOW],
]);
const tensorflow = join(unpacked, 'tensorflow');

mkdirSync(dirname(addon), { recursive: true });
run('g++', [
  ...['-shared', '-fPIC', '-O2', '-std=c++17', `-DNAPI_VERSION=${NAPI_VERSION}`, '-o', addon],
  ...[join(sources, 'tfjs_backend.cc'), join(sources, 'tfjs_binding.cc')],
  ...['-isystem', require('node-api-headers').include_dir, '-isystem', join(tensorflow, 'include')],
  ...[join(tensorflow, 'libtensorflow_cc.so.2'), join(tensorflow, 'libtensorflow_framework.so.2')],
  `-Wl,-rpath,$ORIGIN/${relative(dirname(addon), tensorflow)}`,
]);

const check = `
  const util = require('node:util');
  util.isNullOrUndefined ??= (value) => value === null || value === undefined; // gone since Node 23
  const tf = require('@tensorflow/tfjs-node');
  const product = tf.matMul([[1, 2], [3, 4]], [[5, 6], [7, 8]]);
  const sums = tf.conv3d(tf.ones([1, 3, 3, 3, 1]), tf.ones([3, 3, 3, 1, 1]), 1, 'same');
  require('node:assert').deepEqual([...product.dataSync(), sums.dataSync()[13]], [19, 22, 43, 50, 27]);
  console.log('TensorFlow', tf.backend().binding.TF_Version, 'runs with tfjs-node in', process.cwd());
`;
run(process.execPath, ['--eval', check], {
  cwd: directory,
  env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '1' },
});
