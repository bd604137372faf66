import { type Distributions, type Recording, type Report, type Roofline, rooflineOf, summarize } from "@tokenyard/report";
import { targetsOf } from "@tokenyard/scenario";
import { memoryByRank, type RanksMemory, type Setup } from "@tokenyard/simulator";

export { start } from "@tokenyard/simulator"; // a check takes no run

/** A report as the page shows it. */
export interface Result {
  readonly report: Report;
  readonly latencies: Distributions["latencies"];
  readonly memories: readonly RanksMemory[];
  readonly roofline: Roofline;
}

/** The result of a run of `setup`; `perExpert`: with the lists by layer and expert that a report leaves out unasked. */
export function resultOf(recording: Recording, setup: Setup, perExpert: boolean): Result {
  const { distributions, ...rest } = summarize(recording, targetsOf(setup.scenario), { distributions: true, perExpert });
  return { report: rest as Report, latencies: distributions!.latencies, memories: memoryByRank(setup), roofline: rooflineOf(recording) };
}
