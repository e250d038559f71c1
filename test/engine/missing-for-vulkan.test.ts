import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import { missingForVulkan } from '../../src/engine/vulkan.js';
import { temporaryDirectory } from '../temporary.js';

const NO_DRIVER = 'no Vulkan driver is installed';
const before = { ...process.env };
const directory = temporaryDirectory('vulkan');
const bare = {
  VK_DRIVER_FILES: undefined,
  VK_ICD_FILENAMES: undefined,
  VK_ADD_DRIVER_FILES: undefined,
  XDG_CONFIG_HOME: directory,
  XDG_CONFIG_DIRS: directory,
  XDG_DATA_HOME: directory,
  XDG_DATA_DIRS: directory,
};

function withEnvironment(more: Readonly<Record<string, string>>): string | undefined {
  process.env = { ...before, ...bare, ...more };
  return missingForVulkan();
}
afterEach(() => (process.env = before));

describe(
  'what is missing for Vulkan',
  { skip: process.platform !== 'linux' && 'Linux alone lacks it' },
  () => {
    const system = ['/etc', '/run/opengl-driver/share'].filter((place) => {
      try {
        return readdirSync(join(place, 'vulkan/icd.d')).length > 0;
      } catch {
        return false;
      }
    });
    const skip = system.length > 0 && `a driver is registered in ${system.join(' and ')}`;

    it('is a driver where none is registered', { skip }, () => {
      assert.equal(withEnvironment({}), NO_DRIVER);
    });

    it('is not a driver where the loader would find one', () => {
      const data = temporaryDirectory('driver');
      mkdirSync(join(data, 'vulkan/icd.d'), { recursive: true });
      writeFileSync(join(data, 'vulkan/icd.d/card.json'), '{}');
      assert.notEqual(withEnvironment({ XDG_DATA_DIRS: `/nowhere:${data}` }), NO_DRIVER);
      assert.notEqual(withEnvironment({ VK_DRIVER_FILES: '/opt/card.json' }), NO_DRIVER);
    });
  },
);
