import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { cgroupCpus, processors, slurmCpus } from '../../src/jobs/processors.js';
import { temporaryDirectory } from '../temporary.js';

describe('processors', () => {
  const dir = temporaryDirectory('cgroup');
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), `${text}\n`);
  };
  const limit = () => cgroupCpus(join(dir, 'fs'), join(dir, 'self'));

  it('are at least one', () => assert.ok(processors() >= 1));

  it('are those of the Slurm task, where it has a number of them', () => {
    assert.equal(slurmCpus({ SLURM_CPUS_PER_TASK: '6' }), 6);
    for (const text of ['', '0', '2(x3)', 'many'])
      assert.equal(slurmCpus({ SLURM_CPUS_PER_TASK: text }), undefined);
    assert.equal(slurmCpus({}), undefined);
  });

  it('are what the control group and those above it leave', () => {
    assert.equal(limit(), undefined);
    put('self', '0::/job/step');
    put('fs/job/step/cpu.max', 'max 100000');
    assert.equal(limit(), undefined);
    put('fs/job/cpu.max', '350000 100000');
    assert.equal(limit(), 3);
    put('fs/cpu.max', '50000 100000'); // a container sees its own group as the root
    assert.equal(limit(), 1);
  });

  it('are those of control groups of the first version', () => {
    put('self', '12:cpuset:/other\n4:cpu,cpuacct:/docker/1');
    put('fs/cpu.max', '');
    put('fs/cpu/docker/1/cpu.cfs_quota_us', '-1');
    put('fs/cpu/docker/1/cpu.cfs_period_us', '100000');
    assert.equal(limit(), undefined);
    put('fs/cpu/docker/1/cpu.cfs_quota_us', '400000');
    assert.equal(limit(), 4);
  });
});
