/** Ours and its peers take turns at the same work: what a busy minute costs, it costs all of them. */
import type { Bar } from '../bar.js';
import { NotRun } from '../not-run.js';
import type { Figure, Peer, SpeedBench, Taken } from './section.js';

export interface Contestant {
  readonly name: string;
  /** @throws NotRun when it cannot be had */
  readonly open: () => Promise<Peer>;
  /** Of ours: its seconds. Of a peer: how many times ours it takes. */
  readonly bar?: Bar;
}

/** Of each contestant, by name, the repeats, or why there are none. */
export type Contested = ReadonlyMap<string, readonly Taken[] | NotRun>;

/** Once each to warm up, then in turns. */
export async function contest(
  { repeats }: SpeedBench,
  contestants: readonly Contestant[],
): Promise<Contested> {
  const open = new Map<string, Peer>();
  const taken = new Map<string, Taken[] | NotRun>();
  const attempt = async (name: string, work: () => Promise<void>) => {
    try {
      await work();
    } catch (thrown) {
      if (!(thrown instanceof NotRun)) throw thrown;
      taken.set(name, thrown);
      await open.get(name)?.close();
      open.delete(name);
    }
  };
  for (const { name, open: start } of contestants) {
    taken.set(name, []);
    await attempt(name, async () => void open.set(name, await start()));
  }
  for (let round = -1; round < repeats; round++)
    for (const [name, peer] of [...open])
      await attempt(name, async () => {
        const one = await peer.once();
        if (round >= 0) (taken.get(name) as Taken[]).push(one);
      });
  for (const peer of open.values()) await peer.close();
  return taken;
}

/** Seconds of each, and how many times ours each peer takes, repeat by repeat. The first contestant is ours. */
export function contestFigures(
  over: string,
  [ours, ...peers]: readonly Contestant[],
  contested: Contested,
): Figure[] {
  const own = runsOf(contested, ours.name);
  return [
    ...secondsOf(ours.name, over, own, ours.bar),
    ...peers.flatMap(({ name, bar }) => {
      const theirs = runsOf(contested, name);
      return [...secondsOf(name, over, theirs), ratio(`${name} over ${ours.name}`, over, theirs, own, bar)];
    }),
  ];
}

/** A contestant's repeats, or why there are none. */
export function runsOf(contested: Contested, name: string): readonly Taken[] | NotRun {
  const runs = contested.get(name);
  if (runs === undefined) throw new Error(`there is no contestant ${name}`);
  return runs;
}

function secondsOf(what: string, over: string, runs: readonly Taken[] | NotRun, bar?: Bar): Figure[] {
  const seconds = { what, over, unit: 's', ...(bar && { bar }) };
  if (runs instanceof NotRun) return [{ ...seconds, notRun: runs.message }];
  return [
    { ...seconds, runs: runs.map((run) => run.seconds) },
    { what, over, unit: 's of CPU', runs: runs.map((run) => run.cpuSeconds) },
  ];
}

function ratio(
  what: string,
  over: string,
  theirs: readonly Taken[] | NotRun,
  ours: readonly Taken[] | NotRun,
  bar?: Bar,
): Figure {
  const asked = { what, over, unit: 'times', ...(bar && { bar }) };
  const missing = [theirs, ours].find((runs) => runs instanceof NotRun);
  if (missing) return { ...asked, notRun: missing.message };
  const [a, b] = [theirs, ours] as (readonly Taken[])[];
  return { ...asked, runs: a.map(({ seconds }, i) => seconds / b[i].seconds) };
}
