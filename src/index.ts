/** The public API: what a stage's author and a program that composes pipelines import from `lungflow`. */
export { z } from 'zod';
export {
  checkComposition,
  explainComposition,
  requireComposition,
  type Composition,
  type CompositionProblem,
} from './core/composition.js';
export {
  inputError,
  interruptedError,
  LungflowError,
  modelError,
  pipelineFileError,
  resourceError,
  usageError,
  type ErrorFields,
  type ErrorKind,
} from './core/errors.js';
export type { FileSource, FolderSource, ImageSource } from './core/image-source.js';
export type { Facts, FactSpec, FactSpecs, FactType, FactValue } from './core/fact.js';
export { pipeline, type MissingPorts, type Pipeline, type PortsGivenTwice } from './core/pipeline.js';
export { directoryOption } from './core/directory-option.js';
export { pathOption } from './core/path-option.js';
export { port, type Port, type PortMap, type Values } from './core/port.js';
export {
  defineStage,
  type AnyStageType,
  type BatchStage,
  type DirectoryCohort,
  type Footprint,
  type FoundSubject,
  type ItemStage,
  type KnownShape,
  type Lane,
  type OpenStage,
  type Scale,
  type Slice,
  type Stage,
  type StageEnv,
  type StageSpec,
  type StageType,
  type Task,
  type Workers,
} from './core/stage.js';
export type { Subject } from './core/subject.js';
export type { Tensor, TensorArray } from './core/tensor.js';
export { workerModule, type WorkerModule } from './core/worker-module.js';
export type { AffineLps, Geometry, Matrix3, PointLps } from './imaging/space/geometry.js';
export type { CtVolume, LungLabels, Volume, VoxelArray } from './imaging/space/volume.js';
export {
  loadPipelineFile,
  type LoadedPipeline,
  type LoadedStage,
  type LoadOptions,
} from './config/pipeline/load-pipeline.js';
export type { DirectoryStart } from './config/pipeline/start-from-directory.js';
export { FileProblems, type Problem } from './config/yaml/problems.js';
export { readManifest, type Manifest } from './config/cohort/manifest.js';
export type { Examination, Finding } from './engine/doctor/examine.js';
export type { EngineChoice } from './engine/engines.js';
export { doctor, type DoctorEvent, type DoctorOptions, type DoctorReport } from './jobs/doctor.js';
export { run, type ReportEvent, type Run, type RunOptions } from './jobs/run.js';
export type { Job } from './jobs/job.js';
export type {
  Column,
  ColumnType,
  ScalarType,
  TensorElement,
  TensorType,
  TensorValues,
} from './formats/arrow/column.js';
export {
  openDataset,
  type Dataset,
  type DatasetCell,
  type DatasetRow,
} from './store/dataset/dataset-reader.js';
export { readFailures, type RecordedFailure } from './store/failure-ledger.js';
export { openGrouped, type Grouped } from './store/grouped/grouped-reader.js';
export { readRunRecord, type RunRecord } from './store/run-record.js';
export type { RunEvent } from './runtime/events.js';
export type { LaneStatistics } from './runtime/lane-meter.js';
export type { StageStatistics } from './runtime/meter.js';
export type { RunReport } from './runtime/run.js';
