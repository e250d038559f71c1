/** Names of the reference's files, one array a subject and kind: `patch/<sid>_patch.npy` (reference section 4). */

/** The folder of each port; a port that the reference does not write has a folder of its own name. */
const folders: Readonly<Record<string, string>> = {
  patches: 'patch',
  corners: 'patch_loc',
  adjacency: 'adj',
};

export const folderOf = (port: string): string => (Object.hasOwn(folders, port) ? folders[port] : port);

/** A subject's file inside its folder. */
export const fileOf = (folder: string, sid: string): string => `${sid}_${folder}.npy`;

/** The sid that a file of the folder is named for; undefined for any other name. */
export function sidOf(folder: string, file: string): string | undefined {
  const ending = fileOf(folder, '');
  return file.length > ending.length && file.endsWith(ending) ? file.slice(0, -ending.length) : undefined;
}
