/** One stage at work on the scans that come by: lane, batch, clock, memory account, errors. */
import { secondsFact } from '../core/composition.js';
import { toLungflowError, type LungflowError } from '../core/errors.js';
import { itemAt } from '../core/item-at.js';
import { withColumns } from '../core/subject.js';
import type { SharedWorkers } from '../core/shared-workers.js';
import type { BatchStage, ItemStage, Task } from '../core/stage.js';
import { Batcher } from './batcher.js';
import type { MemoryBudget } from './budget.js';
import type { RunListener } from './events.js';
import type { FreedMemory } from './freed-memory.js';
import type { Lanes } from './lanes.js';
import { StageMeter } from './meter.js';
import type { RunningStage } from './open-stages.js';
import { scanBytes, type Scan } from './scan.js';
import { factFault, requireDeclaredValues } from './stage-contract.js';

export interface StepContext {
  readonly workers: SharedWorkers;
  readonly lanes: Lanes;
  readonly budget: MemoryBudget;
  readonly freed: FreedMemory;
  readonly signal: AbortSignal;
  readonly listener: RunListener;
  /** Ports that a later stage needs, by stage. */
  readonly live: readonly ReadonlySet<string>[];
}

export interface Step {
  readonly meter: StageMeter;
  /** Never rejects: a failure travels on with the scan. */
  take(scan: Scan): Promise<Scan>;
  /** The next stage has the scan now. */
  handOver(scan: Scan): void;
}

/** A task that remembers how its stage first broke what it declared. */
type WatchedTask = Task & { fault?: LungflowError };

type Outcome = { readonly given: object; readonly seconds: number };

export function createStep(
  { stage, open, columns }: RunningStage,
  index: number,
  context: StepContext,
): Step {
  const { workers, lanes, budget, freed, signal, listener, live } = context;
  const lane = open.lane ?? stage.lane;
  const timing = secondsFact(stage.name); // of both, where a stage stands twice
  const meter = new StageMeter(stage.name, lane);
  const readable = columns();
  const stillLive = itemAt(live, index);
  const residents = new Map<Scan, number>();
  const work = 'batch' in open ? batchWork(open) : itemWork(open);

  function itemWork(item: ItemStage<unknown, object>) {
    return (inputs: unknown, task: Task, onStart: () => void): Promise<Outcome> =>
      lanes[lane].take(stage.name, task.subject, async () => {
        signal.throwIfAborted();
        onStart();
        const started = performance.now();
        const given = await item.process(inputs, task);
        return { given, seconds: (performance.now() - started) / 1000 };
      });
  }

  function batchWork({ batch }: BatchStage<unknown, object, unknown>) {
    const batcher = new Batcher(batch, workers, signal, {
      lane: (owner, work) => lanes[lane].take(stage.name, owner, work),
      onBatch: (n) => meter.batch(n),
    });
    return async (inputs: unknown, task: Task, onStart: () => void): Promise<Outcome> => {
      const { state, seconds } = await batcher.submit(task.subject, inputs, onStart);
      return { given: batch.finish(inputs, state, task), seconds };
    };
  }

  /** @returns whether the scan goes on. */
  async function run(scan: Scan): Promise<boolean> {
    const inputs = Object.fromEntries(Object.keys(stage.needs).map((name) => [name, scan.values.get(name)]));
    const clock = { started: false };
    const onStart = () => {
      if (clock.started) return; // a batch that is run again
      clock.started = true;
      meter.start();
      listener({ type: 'stage-start', sid: scan.subject.sid, stage: stage.name });
    };
    try {
      await budget.grow(scan.account, residents.get(scan)! + itemAt(scan.memory, index).adds);
      const task = taskFor(scan);
      const { given, seconds } = await work(inputs, task, onStart);
      onStart(); // a scan without units starts no batch
      if (task.fault) throw task.fault; // though the stage may have caught it
      requireDeclaredValues(stage, given);
      for (const [name, value] of Object.entries(given)) scan.values.set(name, value);
      settle(scan);
      for (const name of scan.values.keys()) if (!stillLive.has(name)) scan.values.delete(name);
      const earlier = scan.facts.get(timing);
      scan.facts.set(timing, seconds + (typeof earlier === 'number' ? earlier : 0));
      meter.finish(seconds, true);
      listener({ type: 'stage-end', sid: scan.subject.sid, stage: stage.name, seconds });
      return true;
    } catch (thrown) {
      onStart(); // it may have failed while it waited
      scan.failure = toLungflowError(thrown).at({ sid: scan.subject.sid, stage: stage.name });
      scan.values.clear();
      meter.finish(0, false);
      return false;
    }
  }

  function taskFor(scan: Scan): WatchedTask {
    const task: WatchedTask = {
      subject: withColumns(scan.subject, readable),
      workers: workers.for(scan.subject),
      signal,
      fact: (name, value) => {
        const fault = factFault(stage, name, value);
        if (fault) throw (task.fault ??= fault);
        scan.facts.set(name, value);
      },
      facts: scan.facts,
      flags: scan.flags,
      flag: (message) => void scan.flags.push(message),
    };
    return task;
  }

  /** @returns by how many bytes the scan has grown since */
  function settle(scan: Scan): number {
    const bytes = scanBytes(scan);
    const growth = bytes - residents.get(scan)!;
    meter.hold(growth);
    residents.set(scan, bytes);
    return growth;
  }

  return {
    meter,
    async take(scan) {
      if (scan.failure) return scan;
      residents.set(scan, scanBytes(scan));
      meter.arrive(residents.get(scan)!);
      const goesOn = await run(scan);
      freed.add(-settle(scan));
      const held = residents.get(scan)!;
      budget.settle(scan.account, held, Math.max(held, goesOn ? (scan.memory.at(index + 1)?.need ?? 0) : 0));
      return scan;
    },
    handOver(scan) {
      const bytes = residents.get(scan);
      if (bytes === undefined) return; // it failed before this stage
      residents.delete(scan);
      meter.leave(bytes);
    },
  };
}
