import { clientSecondsOf, type Problem, type Scenario } from "@tokenyard/scenario";

/** What is wrong with trying again in such a scenario; nothing where no client or router does. */
export function retryProblems({ retries, serving, pools, workload }: Scenario): Problem[] {
  const problems: Problem[] = [];
  if (serving.mostWaiting !== undefined && serving.scheduler.kind === "static") {
    const wanted = "no limit, or a scheduler that serves requests as they come: continuous, prefill-first or cadence";
    problems.push({ path: ["serving", "mostWaiting"], given: `${serving.mostWaiting} beside scheduler: static`, wanted });
  }
  if (retries === undefined) return problems;
  const path = ["retries"];
  if (serving.scheduler.kind === "static") {
    const wanted = "a scheduler that serves requests as they come: continuous, prefill-first or cadence";
    problems.push({ path: ["serving", "scheduler"], given: "static beside retries", wanted });
  }
  const { arrival = 0, arrivalToken = 0 } = serving.stepOverhead ?? {};
  if (arrival + arrivalToken > 0) {
    const wanted = "0 s for arrival and arrivalToken, or no retries: attempts begin at the scheduler";
    problems.push({ path: ["serving", "stepOverhead"], given: "time before the scheduler beside retries", wanted });
  }
  if (clientSecondsOf(workload) > 0) {
    const wanted = "0 s, or no retries: attempts begin at the scheduler";
    problems.push({ path: ["workload", "client"], given: "time of the client beside retries", wanted });
  }
  if (pools !== undefined) problems.push({ path, given: "retries beside pools", wanted: "no pools, or no retries" });
  return problems;
}
