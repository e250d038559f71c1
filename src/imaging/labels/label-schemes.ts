/** Which values lung masks of known origin give to the right and the left lung. */

export interface LabelScheme {
  readonly name: string;
  readonly right: readonly number[];
  readonly left: readonly number[];
  /** Values, both ends included, that are known and lie outside the lungs; they hold at most this share of the lungs' volume. */
  readonly outside?: { readonly from: number; readonly to: number; readonly mostShare?: number };
  /** The value of what lies in either lung and is labelled for itself. */
  readonly infection?: number;
  /** What else such values may mean, though each lies on its side: a clause. */
  readonly doubt?: string;
}

/** lungmask's R231 and R231CovidWeb. */
export const LUNGMASK_R231: LabelScheme = { name: 'lungmask R231', right: [1], left: [2] };

/** The registration masks and the atlas of the reference implementation. */
export const REFERENCE_MASK: LabelScheme = { name: 'the 50 and 100 of an atlas', right: [50], left: [100] };

/** The values of a scheme with one a lung: "50 = right, 100 = left". */
export const sidesOf = ({ right, left }: LabelScheme): string =>
  `${right.join(', ')} = right, ${left.join(', ')} = left`;

export const labelSchemes: readonly LabelScheme[] = [
  LUNGMASK_R231,
  {
    name: '1 = left and 2 = right (COVID-19-CT-Seg)',
    right: [2],
    left: [1],
    infection: 3,
    doubt: "lungmask labels the right lung 1: if it made this mask, the scan's orientation is swapped",
  },
  REFERENCE_MASK,
  // LTRCLobes_R231 has the same values.
  { name: 'lungmask LTRCLobes', right: [3, 4, 5], left: [1, 2] },
  // seg-lungs-LUNA16; 5 = trachea and main bronchi.
  { name: 'LUNA16', right: [4], left: [3], outside: { from: 5, to: 5, mostShare: 0.05 } },
  // Upper and lower lobe of the left lung; upper, middle and lower of the right; among all organs of its task "total".
  { name: 'TotalSegmentator 2', right: [12, 13, 14], left: [10, 11], outside: { from: 1, to: 117 } },
  { name: 'TotalSegmentator 1', right: [15, 16, 17], left: [13, 14], outside: { from: 1, to: 104 } },
];
