/** What the kernels of `src/kernels` are compiled with, and whoever lays out their numbers must know: a test holds both to each other. */

/** Output channels that a kernel computes together. */
export const CHANNEL_TILE = 8;
/** A kernel reads the bias this many numbers at a time: fewer are repeated. */
export const BIAS_LINE = 64;
/** Outputs along depth, and along height, of a tile of Winograd's F(4, 3). */
export const WINOGRAD_TILE = 4;
/** The finite points of Winograd's F(4, 3); the sixth is infinity. */
export const WINOGRAD_POINTS = [0, 5 / 8, -5 / 8, 11 / 8, -11 / 8] as const;
