/** Which format a source is in: told by its name or, where that says nothing, by its first bytes. */
import { inputError } from '../../core/errors.js';
import { describeSource, type ImageSource } from '../../core/image-source.js';
import { firstBytes, withByteSource } from '../bytes/byte-source.js';
import { HEAD_BYTES, type VolumeFormat } from './volume-format.js';
import { listFormats, volumeFormats } from './volume-formats.js';

/** What to do about a folder that no format claims. */
export const nameTheFile = (): string =>
  `Name the image file itself, in a known format: ${listFormats()}; dcm2niix makes one of a DICOM folder.`;

/** Looks at name and kind alone. */
export const formatClaiming = (
  source: ImageSource,
  formats: readonly VolumeFormat[] = volumeFormats,
): VolumeFormat | undefined => formats.find((format) => format.claims(source));

/** @throws LungflowError `format-unknown`, `not-a-file` for a folder, and those of `withByteSource` */
export async function formatOf(
  source: ImageSource,
  formats: readonly VolumeFormat[] = volumeFormats,
): Promise<VolumeFormat> {
  const claiming = formatClaiming(source, formats);
  if (claiming) return claiming;
  const what = `The image is ${describeSource(source)} in none of the known formats: ${listFormats(formats)}.`;
  if (source.kind === 'folder') throw inputError('not-a-file', what, nameTheFile());
  const head = await withByteSource(source.path, (bytes) => firstBytes(bytes, HEAD_BYTES));
  const recognising = formats.find((format) => format.recognises(head));
  if (recognising) return recognising;
  throw inputError(
    'format-unknown',
    what,
    'Convert it to one of them, from DICOM for example with dcm2niix.',
  );
}
