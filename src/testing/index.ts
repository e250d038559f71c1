/** `lungflow/testing`: what a stage's author tests with. Knows no test runner. */
export { inThreadWorkers } from './in-thread-workers.js';
export { runStage, type StageRun, type StageRunOptions } from './run-stage.js';
export { stageEnv, type TestEnv } from './stage-env.js';
export { stageTask, subjectOf, type TestTask } from './task.js';
