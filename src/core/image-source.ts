/** Where a subject's image lies: in one file, or in a folder of files that make it up together. */

export type ImageSource = FileSource | FolderSource;

/** One file that holds the image. */
export interface FileSource {
  readonly kind: 'file';
  /** Absolute. */
  readonly path: string;
}

/** A folder whose files hold the image together. */
export interface FolderSource {
  readonly kind: 'folder';
  /** Absolute. */
  readonly path: string;
  /** Which of several images in the folder: a DICOM SeriesInstanceUID. */
  readonly series?: string;
}

export const fileSource = (path: string): FileSource => ({ kind: 'file', path });

export const folderSource = (path: string, series?: string): FolderSource => ({
  kind: 'folder',
  path,
  ...(series === undefined ? {} : { series }),
});

/** For messages: "a folder". Neither path nor series, which may tell who a patient is. */
export function describeSource(source: ImageSource): string {
  if (source.kind === 'file') return 'a file';
  return source.series === undefined ? 'a folder' : 'a series in a folder';
}
