/** What a cell of a manifest says where there is no value: blank, or one of the marks of R, pandas, SAS and BIDS. */

/** Read as no value in every column, whatever their case. */
export const MISSING_MARKS = ['n/a', 'na', 'nan', 'null', '#n/a'] as const;
/** Read as no value in columns of numbers or of paths; elsewhere they may mean something (`-` beside `+`). */
export const NUMERIC_MISSING_MARKS = ['.', '-'] as const;

const everywhere: ReadonlySet<string> = new Set(['', ...MISSING_MARKS]);
const withNumbers: ReadonlySet<string> = new Set([...everywhere, ...NUMERIC_MISSING_MARKS]);

/** In any column. */
export const isMissing = (text: string): boolean => everywhere.has(text.trim().toLowerCase());

/** In a column of numbers, or where a path is wanted. */
export const isNoNumber = (text: string): boolean => withNumbers.has(text.trim().toLowerCase());
