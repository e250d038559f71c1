/** Hounsfield units, without contrast agent. */
export const hu = {
  air: -1000,
  /** Lung at the front of a healthy subject who holds a full breath; it is denser towards the back. */
  parenchyma: -868,
  fat: -98,
  muscle: 52,
  skin: 20,
  blood: 42,
  heart: 44,
  vessel: 38,
  airwayWall: 10,
  disc: 85,
  cartilage: 120,
  marrow: 190,
  cortex: 620,
  cord: 35,
  liver: 58,
  spleen: 50,
  kidney: 34,
  stomach: 18,
  diaphragm: 46,
  oesophagus: 36,
  nodule: 30,
  emphysema: -972,
  tableShell: -350,
  tableCore: -960,
} as const;

export const mix = (from: number, to: number, share: number): number => from + share * (to - from);
