// Fetches what only the tests of optional engines need: onnxruntime-node, and a software Vulkan from Debian's chromium. It says
// what it did and what cannot be had here, whose tests skip: it never fails.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const { peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));

/** Runs it; in one line why it failed, undefined when it did not. */
function failure(command, args) {
  const { status, error, stderr } = spawnSync(command, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status === 0) return undefined;
  return error?.message ?? /^(npm error|E:).*/m.exec(stderr)?.[0] ?? `${command} failed`;
}

function fetchRuntime() {
  if (existsSync('node_modules/onnxruntime-node')) return 'is there already';
  // Its install script would fetch CUDA's part from a host of its own; and npm thinks that an optional peer need not be installed
  // unless it is asked for as something else, too.
  const flags = ['--save-dev', '--no-save', '--no-package-lock', '--ignore-scripts'];
  const why = failure('npm', [
    'install',
    ...flags,
    `onnxruntime-node@${peerDependencies['onnxruntime-node']}`,
  ]);
  return why ? `cannot be had here (${why})` : 'is installed, for the CPU and WebGPU';
}

function fetchVulkan() {
  if (existsSync('/usr/lib/chromium/vk_swiftshader_icd.json')) return 'is there already';
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0)
    return 'is not fetched: that takes Debian, and root';
  const why =
    failure('apt-get', ['update']) ??
    failure('apt-get', ['install', '-y', '--no-install-recommends', 'chromium', 'libvulkan1']);
  return why ? `cannot be had here (${why})` : 'is installed';
}

console.log(`onnxruntime-node ${fetchRuntime()}.`);
console.log(`Software Vulkan (chromium’s SwiftShader) ${fetchVulkan()}.`);
