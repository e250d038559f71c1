/** The cohort's manifest: a CSV with `sid` and `image`, or BIDS's participants.tsv. */
import { dirname, resolve } from 'node:path';
import pLimit from 'p-limit';
import type { LungflowError } from '../../core/errors.js';
import { itemAt, itemNamed } from '../../core/item-at.js';
import { isMissing, isNoNumber } from '../../core/missing-value.js';
import type { Subject } from '../../core/subject.js';
import { findBidsCt } from './bids.js';
import { listNames, nearest } from '../yaml/nearest.js';
import { FileProblems, type Problem } from '../yaml/problems.js';
import { findScan } from './scan-source.js';
import { clearMissing, type ClearedRows } from './missing-cells.js';
import { subjectAt, unsafeSid } from './subject-row.js';
import { parseTable, type Row } from './table.js';
import { MIB, readTextFile } from '../yaml/text-file.js';

/** A cohort as its manifest lists it. */
export interface Manifest {
  /** Every subject, in the manifest's order. */
  readonly subjects: readonly Subject[];
  /** By `sid`: why a subject fails before any work (scan missing, empty, a directory, not to be opened). */
  readonly unavailable: ReadonlyMap<string, LungflowError>;
  /** What the user should know: rows without an image, columns without a name. */
  readonly notices: readonly string[];
}

const MAX_BYTES = 64 * MIB;
/** Scans whose files are looked at together: enough to hide a network file system's latency. */
const CHECKS_AT_ONCE = 64;

/**
 * @param path as the user named it: messages repeat it. Relative paths inside are relative to the manifest.
 * @throws FileProblems every problem of the table at once. A scan that is not there is no problem of the table: see `unavailable`.
 */
export async function readManifest(path: string, { cwd = process.cwd() } = {}): Promise<Manifest> {
  const file = resolve(cwd, path);
  const fail = (problems: readonly Problem[]): never => {
    throw new FileProblems('manifest-invalid', path, problems);
  };
  const read = await readTextFile(file, { file: path, maxBytes: MAX_BYTES });
  if ('problem' in read) return fail([read.problem]);
  const table = parseTable(read.text, path);
  if ('problem' in table) return fail([table.problem]);
  const header = table.rows.at(0);
  if (!header) return fail([{ file: path, found: 'no rows', expected: 'a header with `sid` and `image`' }]);

  const { columns, problems } = readHeader(header, path);
  if (!columns) return fail(problems);
  const withImage: Row[] = [];
  const withoutImage: Row[] = [];
  for (const row of table.rows.slice(1)) (hasImage(row, columns) ? withImage : withoutImage).push(row);
  const cleared = clearMissing(withImage, columns.names, ownText(columns));
  const subjects = readRows(cleared.rows, columns, { file, shown: path }, problems);
  if (subjects.length === 0 && problems.length === 0)
    problems.push({ file: path, found: 'no row with an image', expected: 'at least one' });
  if (problems.length > 0) return fail(problems);

  const limit = pLimit(CHECKS_AT_ONCE);
  const checked = await Promise.all(
    subjects.map((subject) => limit(() => locate(subject, columns.image === undefined, path))),
  );
  return {
    subjects: checked.map(({ subject }) => subject),
    unavailable: new Map(checked.flatMap(({ subject, error }) => (error ? [[subject.sid, error]] : []))),
    notices: [...unnamedNotice(columns), ...withoutImageNotice(withoutImage), ...missingNotice(cleared)],
  };
}

interface Columns {
  readonly names: readonly string[];
  readonly sid: number;
  /** Undefined: the scans are looked for in BIDS's folders. */
  readonly image: number | undefined;
}

/** A row of another length than the header is a problem of its own. */
const hasImage = ({ cells }: Row, { names, image }: Columns): boolean =>
  image === undefined || cells.length !== names.length || !isNoNumber(itemAt(cells, image));

/** Columns whose marks of a missing value have words of their own. */
const ownText = ({ sid, image }: Columns): ReadonlySet<number> => new Set([sid, image ?? sid]);

function readHeader({ cells, line }: Row, file: string): { columns?: Columns; problems: Problem[] } {
  const names = cells.map((cell) => cell.trim());
  const at = { file, line };
  const [only = '', ...more] = names;
  const separator = more.length === 0 && /[;\t,|]/.exec(only)?.[0];
  if (separator) {
    const found = `columns separated by ${separator === '\t' ? 'tabs' : `\`${separator}\``}`;
    const expected = file.endsWith('.tsv') ? 'tabs' : 'commas (or a file named .tsv, with tabs)';
    return { problems: [{ ...at, found, expected }] };
  }
  const problems: Problem[] = [];
  for (const [index, name] of names.entries()) {
    const first = names.indexOf(name);
    const again = name !== '' && first < index;
    if (again) problems.push({ ...at, found: `the column \`${name}\` again`, expected: 'each column once' });
    if (name !== 'sid' && name.toLowerCase() === 'sid' && names.includes('sid'))
      problems.push({ ...at, found: `the column \`${name}\` beside \`sid\``, expected: 'one of the two' });
  }
  const isBids = !names.includes('sid') && names.includes('participant_id');
  const sid = names.indexOf(isBids ? 'participant_id' : 'sid');
  const image = names.indexOf('image');
  const others = names.filter((name) => name !== '' && name !== 'sid' && name !== 'image');
  const missing = [sid < 0 ? 'sid' : [], image < 0 && !isBids ? 'image' : []].flat();
  for (const name of missing)
    problems.push({
      ...at,
      found: `no column \`${name}\`${others.length > 0 ? ` among ${listNames(others.slice(0, 20), 'and')}` : ''}`,
      expected: `a column \`${name}\`${name === 'sid' ? ' (or BIDS’s `participant_id`)' : ''}`,
      suggestion: nearest(name, others),
    });
  if (missing.length > 0) return { problems };
  return { columns: { names, sid, image: image < 0 ? undefined : image }, problems };
}

function readRows(
  rows: readonly Row[],
  columns: Columns,
  { file, shown }: { file: string; shown: string },
  problems: Problem[],
): readonly Subject[] {
  const subjects: Subject[] = [];
  const lineOf = new Map<string, number>();
  for (const { line, cells } of rows) {
    const at = { file: shown, line };
    if (cells.length !== columns.names.length) {
      const expected = `${columns.names.length}, as in the header`;
      problems.push({ ...at, found: `${cells.length} values`, expected });
      continue;
    }
    const image = columns.image === undefined ? undefined : itemAt(cells, columns.image);
    const sid = itemAt(cells, columns.sid);
    const wrong = unsafeSid(sid);
    const earlier = lineOf.get(sid);
    if (wrong) problems.push({ ...at, ...wrong });
    else if (earlier !== undefined)
      problems.push({
        ...at,
        found: `the sid \`${sid}\` again (first on line ${earlier})`,
        expected: 'each sid once',
      });
    else lineOf.set(sid, line);
    subjects.push(
      makeSubject({ sid, image: image ?? sid, index: subjects.length, line }, cells, columns, file),
    );
  }
  return subjects;
}

function makeSubject(
  { sid, image, index, line }: { sid: string; image: string; index: number; line: number },
  cells: readonly string[],
  { names, sid: sidAt, image: imageAt }: Columns,
  file: string,
): Subject {
  const carried = names.flatMap((name, at) =>
    name === '' || at === sidAt || at === imageAt ? [] : [[name, itemAt(cells, at)] as const],
  );
  return subjectAt(dirname(file), { sid, image, index, line, columns: Object.fromEntries(carried) });
}

async function locate(
  subject: Subject,
  bids: boolean,
  shown: string,
): Promise<{ subject: Subject; error?: LungflowError | undefined }> {
  const { sid, line, image, columns } = subject;
  const place = `line ${line} of ${shown}`;
  const named = bids ? await findBidsCt(image.path, place) : { image: image.path };
  const found = 'error' in named ? named : await findScan(named.image, place, seriesOf(columns));
  if ('error' in found) return { subject, error: found.error.at({ sid }) };
  return { subject: { ...subject, image: found.source } };
}

/** Which of the images in a folder: only a row whose image is a folder is asked. */
function seriesOf(columns: Subject['columns']): string | undefined {
  const series = Object.hasOwn(columns, 'series') ? itemNamed(columns, 'series') : '';
  return isMissing(series) ? undefined : series;
}

function unnamedNotice({ names }: Columns): string[] {
  const unnamed = names.flatMap((name, at) => (name === '' ? [at + 1] : []));
  if (unnamed.length === 0) return [];
  return [`Column ${unnamed.join(', ')} of the manifest has no name and is not carried through.`];
}

function missingNotice({ marks, columns }: ClearedRows): string[] {
  if (marks === 0) return [];
  const told = columns.slice(0, 10).join(', ');
  const more = columns.length > 10 ? ` and ${columns.length - 10} more` : '';
  const values = marks === 1 ? 'A cell of the manifest says' : `${marks} cells of the manifest say`;
  return [`${values} that there is no value (such as n/a, NA or NaN): null in ${told}${more}.`];
}

function withoutImageNotice(rows: readonly Row[]): string[] {
  const lines = rows.map(({ line }) => line);
  if (lines.length === 0) return [];
  const told = lines.slice(0, 10).join(', ');
  const more = lines.length > 10 ? ` and ${lines.length - 10} more` : '';
  const have = lines.length === 1 ? 'A row has' : `${lines.length} rows have`;
  return [`${have} no image and ${lines.length === 1 ? 'is' : 'are'} left out (line ${told}${more}).`];
}
