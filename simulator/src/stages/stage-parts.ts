import type { Gate } from "../experts/gate.ts";
import type { Recorder } from "../logs/recorder.ts";
import type { Costs } from "./costs-by-part.ts";

/** What stages work with. */
export interface StageParts {
  readonly costs: Costs;
  /** Of programs with a gate. */
  readonly gate?: Gate;
  readonly recorder: Recorder;
}
