/** To which storage order scans are brought, and how that is said and recorded. */
import type { StageEnv } from '../../src/core/stage.js';
import { atlasStorageOrder } from '../../src/formats/atlas.js';
import type { StorageOrder } from '../../src/imaging/space/storage-order.js';

export interface Orientation {
  readonly atlas?: string | undefined;
  readonly orientation: 'atlas' | 'stored';
}

/** The COPDGene atlas's: what the published weights saw. */
const USUAL_ORDER: StorageOrder = 'LAS';

/** @returns undefined where each scan stays as it is stored. @throws LungflowError of kind `pipeline-file` */
export async function openOrder(
  { atlas, orientation }: Orientation,
  env: StageEnv,
): Promise<StorageOrder | undefined> {
  if (orientation === 'stored') {
    env.record('storage_order', 'as in each file, as the published scripts');
    env.notice(
      'Scans keep the storage order of their files (`orientation: stored`), as the published scripts do: where it is not the atlas’s, patches are cut beside their landmarks.',
    );
    return undefined;
  }
  const order = atlas === undefined ? USUAL_ORDER : await atlasStorageOrder(env.resolvePath(atlas));
  env.record('storage_order', `${order}, ${atlas === undefined ? 'the COPDGene atlas’s' : 'the atlas’s'}`);
  return order;
}
