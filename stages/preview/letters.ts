/** Letters for the sides of a picture, 5 x 7 dots each. */

export type SideLetter = 'A' | 'L' | 'P' | 'R';

export const LETTER_DOTS = [5, 7] as const;

const dots: Readonly<Record<SideLetter, readonly string[]>> = {
  A: ['.###.', '#...#', '#...#', '#####', '#...#', '#...#', '#...#'],
  L: ['#....', '#....', '#....', '#....', '#....', '#....', '#####'],
  P: ['####.', '#...#', '#...#', '####.', '#....', '#....', '#....'],
  R: ['####.', '#...#', '#...#', '####.', '#.#..', '#..#.', '#...#'],
};

/** @param scale pixels of a dot's edge. @param put takes each pixel of the letter, from its upper left corner */
export function drawLetter(letter: SideLetter, scale: number, put: (x: number, y: number) => void): void {
  const [wide, high] = LETTER_DOTS;
  for (let y = 0; y < high * scale; y++)
    for (let x = 0; x < wide * scale; x++)
      if (dots[letter][Math.floor(y / scale)][Math.floor(x / scale)] === '#') put(x, y);
}
