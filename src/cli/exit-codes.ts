/** The command's exit codes; documented in the README. */
export const EXIT = {
  allDone: 0,
  someFailed: 1,
  usage: 2,
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;
