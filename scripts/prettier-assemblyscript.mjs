// Prettier's TypeScript for AssemblyScript, which has decorated functions: `@inline` alone on a line stays as it is.
import { parsers } from 'prettier/plugins/typescript';

const { typescript } = parsers;

/** A comment of the decorator's length in its place: no syntax error, and Prettier prints comments from the text as written. */
const hideDecorators = (text) => text.replace(/^@inline$/gm, '//nline');

export default {
  parsers: {
    assemblyscript: {
      ...typescript,
      parse: (text, options) => typescript.parse(hideDecorators(text), options),
    },
  },
};
