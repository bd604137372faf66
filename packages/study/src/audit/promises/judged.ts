import { messageOf, Problems, type PromiseSpec } from "@tokenyard/scenario";
import { isImpossible, type Parameters } from "../../points/point.ts";
import { fleetsOf } from "../../years/fleet-of.ts";
import { withOwnHealth } from "../../years/own-health.ts";
import type { Runs } from "../questions/runs.ts";
import { spareExperts, survives } from "./coverage.ts";
import { healthChecks } from "./health-checks.ts";
import type { Judgement } from "./judgement.ts";
import { localFallback } from "./local-fallback.ts";
import { ofPools } from "./of-pools.ts";
import { degrades, keepsState, recovers, ridesOut, type Struck } from "./struck.ts";

/** Whether `promise` is kept in the scenario with `parameters`. */
export async function judged(promise: PromiseSpec["promise"], parameters: Parameters, runs: Runs): Promise<Judgement> {
  const scenario = runs.scenarioAt(parameters);
  if (isImpossible(scenario)) return undecided(scenario.problems.map(messageOf).join("; "));
  try {
    switch (promise.kind) {
      case "survives":
        return ofPools(fleetsOf(scenario), (fleet) => survives(fleet, promise.loss));
      case "spare-experts":
        return ofPools(fleetsOf(scenario), (fleet) => spareExperts(fleet, promise.perLayer));
      case "local-fallback":
        return ofPools(fleetsOf(scenario), localFallback);
      case "health-checks":
        return ofPools(fleetsOf(scenario), (fleet) => healthChecks(withOwnHealth(fleet, "health-checks")));
      case "recovers":
      case "degrades":
      case "keeps-state":
      case "rides-out": {
        const [row] = await runs.of([runs.pointAt(parameters)]);
        if (row!.status !== "ok") return undecided(row!.reason);
        const { faults, requests, warnings } = row!.report;
        if (faults === undefined || (faults.longestOutageSeconds === null && faults.endless === undefined))
          return undecided("No fault strikes the run: `given` names none that comes while there are requests");
        return { ...ofRun(promise, { scenario, faults, requests, warnings }), isRun: true };
      }
    }
  } catch (error) {
    if (error instanceof Problems) return undecided(error.problems.map(messageOf).join("; "));
    throw error;
  }
}

function ofRun(
  promise: Extract<PromiseSpec["promise"], { kind: "recovers" | "degrades" | "keeps-state" | "rides-out" }>,
  struck: Struck,
): Judgement {
  switch (promise.kind) {
    case "recovers":
      return recovers(struck, promise.within);
    case "degrades":
      return degrades(struck);
    case "keeps-state":
      return keepsState(struck);
    case "rides-out":
      return ridesOut(struck);
  }
}

function undecided(why: string): Judgement {
  return { verdict: "undecided", because: why.endsWith(".") ? why : `${why}.` };
}
