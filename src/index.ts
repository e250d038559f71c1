/** The public API: what a stage's author and a program that composes pipelines import from `lungflow`. */
export { z } from 'zod';
export {
  checkComposition,
  explainComposition,
  requireComposition,
  type Composition,
  type CompositionProblem,
} from './core/composition.js';
export { asBytes, parseBytes } from './core/byte-size.js';
export { describePlan, type PlannedStage } from './core/describe-plan.js';
export {
  inputError,
  interruptedError,
  LungflowError,
  modelError,
  pipelineFileError,
  resourceError,
  toLungflowError,
  usageError,
  type ErrorFields,
  type ErrorKind,
} from './core/errors.js';
export type { StageMemory } from './core/footprint.js';
export type { FileSource, FolderSource, ImageSource } from './core/image-source.js';
export type { Facts, FactSpec, FactSpecs, FactType, FactValue } from './core/fact.js';
export { pipeline, type MissingPorts, type Pipeline, type PortsGivenTwice } from './core/pipeline.js';
export { directoryOption } from './core/directory-option.js';
export { hashedPathOption, pathOption } from './core/path-option.js';
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
export {
  describeStage,
  stageNamed,
  type OptionDescription,
  type StageDescription,
} from './config/pipeline/describe-stage.js';
export type { DirectoryStart } from './config/pipeline/start-from-directory.js';
export { FileProblems, type Problem } from './config/yaml/problems.js';
export { readManifest, type Manifest } from './config/cohort/manifest.js';
export { isBroken, type Amiss, type Examination, type Finding } from './engine/doctor/examine.js';
export { AUTO_RULE, ENGINE_CHOICES, type EngineChoice } from './engine/engines.js';
export { buildAtlas, type BuiltAtlas } from './jobs/build-atlas.js';
export { convertWeights, type ConvertedWeights, type ConvertOptions } from './jobs/convert-weights.js';
export {
  doctor,
  DOCTOR_TIMEOUT,
  foundBroken,
  type DoctorEvent,
  type DoctorOptions,
  type DoctorReport,
} from './jobs/doctor.js';
export { inspectWeights, type StoredTensor, type WeightsContents } from './jobs/inspect-weights.js';
export type { Job } from './jobs/job.js';
export { defaultJobs, defaultMemoryBytes, type Machine } from './jobs/machine.js';
export { rehearse, type NoticeEvent } from './jobs/rehearse.js';
export { reportAsJson } from './jobs/report-as-json.js';
export { run, type ReportEvent, type Run, type RunOptions } from './jobs/run.js';
export type { Selection } from './jobs/select-subjects.js';
export { generatePhantoms, type PhantomCohort, type PhantomOptions } from '../data/phantom/cohort.js';
export type { PhantomFiles } from '../data/phantom/cohort.worker.js';
export type { FieldOfView, Spacing } from '../data/phantom/phantom.js';
export type {
  Column,
  ColumnType,
  ScalarType,
  TensorElement,
  TensorType,
  TensorValues,
} from './formats/arrow/column.js';
export {
  findDatasets,
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
