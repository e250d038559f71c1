// `noUncheckedIndexedAccess` for the folders of tsconfig.indexed.json alone. `tsc` would judge what these import as well:
// loops over voxels, whose every index is in range by the loop's own bounds, and which would drown in it.
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const { config } = ts.readConfigFile(`${root}tsconfig.indexed.json`, ts.sys.readFile);
const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
const program = ts.createProgram(fileNames, options);
const problems = fileNames.flatMap((name) => program.getSemanticDiagnostics(program.getSourceFile(name)));

const host = {
  getCurrentDirectory: () => root,
  getCanonicalFileName: (name) => name,
  getNewLine: () => '\n',
};
process.stdout.write(ts.formatDiagnostics(problems, host));
process.exitCode = problems.length > 0 ? 1 : 0;
