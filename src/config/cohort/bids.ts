/**
 * BIDS without an `image` column: the participant's one CT, below `<dataset>/<participant_id>/`, in a folder `ct`
 * (`sub-01/ses-1/ct/….nii.gz`) or in `anat` with the suffix `_ct` (`sub-01/anat/sub-01_ct.nii.gz`).
 */
import { readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { inputError, type LungflowError } from '../../core/errors.js';

const CT_FILE = /(^|\/)(ct\/[^/]+|anat\/[^/]*_ct)\.nii(\.gz)?$/i;

export async function findBidsCt(
  participantDir: string,
  place: string,
): Promise<{ image: string } | { error: LungflowError }> {
  const entries = await readdir(participantDir, { recursive: true }).catch(() => []);
  const found = entries.filter((entry) => CT_FILE.test(entry.split(sep).join('/')));
  const [ct, ...others] = found;
  if (ct !== undefined && others.length === 0) return { image: join(participantDir, ct) };
  const remedy = 'Give the manifest an `image` column that names each scan.';
  const what =
    found.length === 0
      ? `No CT was found for the participant on ${place} (ct/*.nii.gz or anat/*_ct.nii.gz).`
      : `The participant on ${place} has ${found.length} CTs.`;
  return { error: inputError(found.length === 0 ? 'file-missing' : 'several-scans', what, remedy) };
}
