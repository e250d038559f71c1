/** Opens every stage before any scan is read: atlases, weights and engines are there, or the run does not start. */
import { requireComposition } from '../core/composition.js';
import { toLungflowError, type LungflowError } from '../core/errors.js';
import { columnsRead } from '../core/file-column.js';
import { itemAt } from '../core/item-at.js';
import { eachTopicOnce } from '../core/notices.js';
import type { KnownShape, OpenStage, Stage, StageEnv, Workers } from '../core/stage.js';
import type { Subject } from '../core/subject.js';
import { requireOwnDirectories } from './own-directories.js';

type AnyOpen = OpenStage<unknown, object>;

export interface RunningStage {
  readonly stage: Stage;
  readonly open: AnyOpen;
  /** That it set for every result of the run. */
  readonly flags: readonly string[];
  /** Columns of the manifest that some stage has declared to read; of all stages, once the last is open. */
  readonly columns: () => ReadonlySet<string>;
}

export interface OpenOptions {
  readonly stages: readonly Stage[];
  readonly subjects: readonly Subject[];
  readonly workers: Workers;
  readonly jobs: number;
  readonly outDir: string;
  readonly resolvePath: (path: string) => string;
  /** What is known of the run's origin before stages add to it: pipeline text, versions. */
  readonly provenance: Readonly<Record<string, string>>;
  readonly onNotice: (message: string) => void;
}

/** @throws LungflowError of the first stage that cannot open, with its name; those already open are closed. */
export async function openStages(options: OpenOptions): Promise<RunningStage[]> {
  const { stages, subjects, workers, jobs, outDir, resolvePath } = options;
  const provenance = new Map(Object.entries(options.provenance));
  const { portsBefore, facts } = requireComposition(stages);
  requireOwnDirectories(stages);
  const [fileColumns, inputColumns] = [new Set<string>(), new Set<string>()];
  const columns = () => columnsRead({ fileColumns, inputColumns });
  const notice = eachTopicOnce(options.onNotice);
  const shapes: Record<string, KnownShape> = {};
  const running: RunningStage[] = [];
  for (const [i, stage] of stages.entries()) {
    const flags: string[] = [];
    const env: StageEnv = {
      workers,
      resolvePath,
      outDir,
      subjects,
      jobs,
      facts,
      fileColumns,
      inputColumns,
      ports: itemAt(portsBefore, i),
      shapes: { ...shapes },
      notice,
      flag: (message) => void flags.push(message),
      record: (key, value) => void provenance.set(key, value),
      provenance,
    };
    try {
      const open: AnyOpen = await stage.open(env);
      running.push({ stage, open, flags, columns });
      Object.assign(shapes, open.shapes);
    } catch (thrown) {
      await closeStages(running, 'interrupted');
      throw toLungflowError(thrown).at({ stage: stage.name });
    }
  }
  return running;
}

/** @throws LungflowError of the first stage that cannot close, once all the others have. */
export async function closeStages(
  running: readonly RunningStage[],
  ending: 'complete' | 'interrupted',
  signal?: AbortSignal,
): Promise<void> {
  let failure: LungflowError | undefined;
  for (const { stage, open } of running)
    try {
      await open.close?.(ending, signal);
    } catch (thrown) {
      failure ??= toLungflowError(thrown).at({ stage: stage.name });
    }
  if (failure) throw failure;
}
