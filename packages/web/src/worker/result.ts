import { type Distributions, type Recording, type Report, type ReportWords, reportWords, summarize } from "@tokenyard/report";
import { type Scenario, targetsOf } from "@tokenyard/scenario";

export { start } from "@tokenyard/simulator"; // a check takes no run

/** A report as the page shows it. */
export interface Result {
  readonly report: Report;
  readonly words: ReportWords;
  readonly latencies: Distributions["latencies"];
}

/** The result of a run; `perExpert`: with the lists by layer and expert that a report leaves out unasked. */
export function resultOf(recording: Recording, scenario: Scenario, perExpert: boolean): Result {
  const { distributions, ...rest } = summarize(recording, targetsOf(scenario), { distributions: true, perExpert });
  const report = rest as Report;
  return { report, words: reportWords(report), latencies: distributions!.latencies };
}
