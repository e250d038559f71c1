import { visible } from './words.js';

/**
 * Options as flags. Below the command line, messages name an option as a program gives it, `out` in backticks: whoever
 * reads them here types `--out`.
 */
const OPTIONS = /`(out|jobs|memory|only|limit|trace|timeout|verbose|stride|inside|fewerThan)`/g;
/** What stands before a problem of the value itself. These are words of pipeline files, too: elsewhere they stay. */
const PLACES = /(^|expected )`(set|input|engine)` /g;

/** @param message of an error or a notice */
export const inFlags = (message: string): string =>
  visible(message).replace(OPTIONS, (_, name: string) => `--${kebab(name)}`);

const kebab = (name: string): string => name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);

/** @param line a problem of a pipeline file, or of an option's value */
export const problemInFlags = (line: string): string => visible(line).replaceAll(PLACES, '$1--$2 ');
