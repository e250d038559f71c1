/** Where a run notes the subjects that fail, one by one as they do. */
import type { LungflowError } from '../core/errors.js';

export interface FailureLedger {
  /** The stages are open and the run begins: what an earlier one noted counts no more. */
  begin(): Promise<void>;
  /** One that cannot be noted ends the run, with its report. */
  add(failure: LungflowError): Promise<void>;
}
