import { type Distributions, type Recording, type Report, summarize } from "@tokenyard/report";
import { type Scenario, targetsOf } from "@tokenyard/scenario";

export { start } from "@tokenyard/simulator"; // a check takes no run

/** A report as the page shows it. */
export interface Result {
  readonly report: Report;
  readonly latencies: Distributions["latencies"];
}

/** The result of a run; `perExpert`: with the lists by layer and expert that a report leaves out unasked. */
export function resultOf(recording: Recording, scenario: Scenario, perExpert: boolean): Result {
  const { distributions, ...rest } = summarize(recording, targetsOf(scenario), { distributions: true, perExpert });
  return { report: rest as Report, latencies: distributions!.latencies };
}
