import { isDealtOut, type Problem, type Scenario } from "@tokenyard/scenario";

/** Problems of retries in such a scenario; empty if no client or router retries. */
export function retryProblems({ retries, serving }: Scenario): Problem[] {
  const problems: Problem[] = [];
  if (serving.mostWaiting !== undefined && isDealtOut(serving.scheduler)) {
    const wanted = "no limit, or a scheduler that serves requests as they come: continuous, prefill-first or cadence";
    problems.push({ path: ["serving", "mostWaiting"], given: `${serving.mostWaiting} beside scheduler: static`, wanted });
  }
  if (retries === undefined) return problems;
  if (isDealtOut(serving.scheduler)) {
    const wanted = "a scheduler that serves requests as they come: continuous, prefill-first or cadence";
    problems.push({ path: ["serving", "scheduler"], given: "static beside retries", wanted });
  }
  return problems;
}
