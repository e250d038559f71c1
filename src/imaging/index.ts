/**
 * `lungflow/imaging`: the numeric code as plain functions over typed arrays, on the calling thread, without a pipeline.
 * Volumes are x fastest; points are LPS, mm; CT is in HU.
 */
export { patchAdjacency, countEdges, EDGE_OVERLAP } from './atlas/adjacency.js';
export { PATCH_EDGE, PATCH_VOXELS, USUAL_PATCHES, type Atlas } from './atlas/atlas.js';
export {
  atlasFigures,
  type AtlasFigures,
  type Direction,
  type Face,
  type LungFigures,
} from './atlas/atlas-figures.js';
export { atlasWarnings } from './atlas/atlas-warnings.js';
export {
  landmarkCorners,
  REFERENCE_RULE,
  type LandmarkRule,
  type Landmarks,
} from './atlas/landmark-corners.js';
export { mapCorners } from './atlas/map-corners.js';
export { cutPatches, type BoxedVoxels } from './atlas/patches.js';
export { patchesWithLung } from './atlas/patches-with-lung.js';
export { REFERENCE_MASK, sidesOf, type LabelScheme } from './labels/label-schemes.js';
export { lungDice, type Dice } from './labels/dice.js';
export { lungFractions, type LungFractions } from './labels/lung-fractions.js';
export { close, dilate, erode, open } from './labels/morphology.js';
export {
  atlasTarget,
  registerLungs,
  scoreAffine,
  type AffineScore,
  type AtlasTarget,
  type GivenScore,
  type Registration,
} from './registration/register-lungs.js';
export type { Moments } from './registration/moments.js';
export type { FixedSamples } from './registration/mutual-information.js';
export { resampleBox } from './resampling/iso-box.js';
export { neededVoxels, type NeededVoxels } from './resampling/needed-voxels.js';
export type { LungSearch } from './segmentation/find-lungs.js';
export type { CutBorder } from './segmentation/cut-border.js';
export type { LungMeasures, PairMeasures } from './segmentation/measure-lungs.js';
export { segmentLungs, type SegmentedLungs } from './segmentation/segment-lungs.js';
export { composeAffine, gridToLps, invertAffine } from './space/affine.js';
export {
  applyAffine,
  indexToPoint,
  pointToIndex,
  type AffineLps,
  type Geometry,
  type IndexXyz,
  type Matrix3,
  type PointLps,
} from './space/geometry.js';
export type { Grid } from './space/grid.js';
export { boxOfGrid, isoGrid, paddedGrid, PAD, patchCorners, type Box } from './space/iso-grid.js';
export { reorientation, reorientVolume, type Reorientation } from './space/reorient.js';
export { isStorageOrder, storageOrderOf, type StorageOrder } from './space/storage-order.js';
export {
  AIR_HU,
  LEFT_LUNG,
  RIGHT_LUNG,
  volumeOf,
  voxelCount,
  type CtVolume,
  type LungLabels,
  type Volume,
  type VoxelArray,
} from './space/volume.js';
