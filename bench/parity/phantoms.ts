/** The ten phantoms of every row that knows the truth. */
export const PHANTOMS = { subjects: 10, seed: 2021, spacing: 1.5 };
