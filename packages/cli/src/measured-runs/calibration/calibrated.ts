import { besideMeasured } from "@tokenyard/report";
import type { CalibrationSpec } from "@tokenyard/scenario";
import {
  type Belief,
  beliefIn,
  type HostFactors,
  hostFit,
  type NextRun,
  nextRun,
  type SensitiveRun,
  type Validated,
  validated,
} from "@tokenyard/study";
import type { Simulation } from "../../runs/simulation.ts";
import { VERSION } from "../../terminal/version.ts";
import { simulatedRun } from "../simulated-run.ts";
import { curvesOf } from "./curves.ts";
import { hostAt, type JudgedRun, meansOf } from "./judged-run.ts";
import { growthOf, type Host, hostOnly, NO_GROWTH } from "./sensitive.ts";

/** Results of measured runs, and their predictive value. */
export interface Calibrated {
  readonly runs: readonly JudgedRun[];
  /** Undefined where every run is left out. */
  readonly spec?: CalibrationSpec;
  readonly belief: Belief;
  readonly validated: readonly Validated[];
  readonly next?: NextRun;
}

/** Results of judged runs; `tick` is awaited after each simulation. */
export async function calibratedBy(runs: readonly JudgedRun[], simulation: Simulation, tick: () => Promise<void>): Promise<Calibrated> {
  const used = runs.filter(({ beside, reasons }) => beside !== undefined && reasons.length === 0);
  const host = commonHost(used);
  const all = used.map(({ beside }) => (host === undefined ? { ...beside!, growth: NO_GROWTH } : beside!));
  const { belief, runs: near } = await believed(all, used, host, simulation, tick);
  const found = {
    runs,
    belief,
    validated: all.length < 2 ? [] : (["run", "curve"] as const).map((unseen) => validated(near, unseen, belief)),
  };
  if (used.length === 0) return found;
  const factors = belief.host && host !== undefined ? hostFit(near, belief) : undefined;
  const again: JudgedRun[] = [];
  for (const each of used) {
    again.push(factors === undefined ? each : simulatedAgain(each, host!, factors, simulation));
    await tick();
  }
  const { host: _, model: __, ...trust } = belief;
  const times = factors === undefined ? {} : { hostTimes: { ...host!, ...rounded(factors) } };
  const spec: CalibrationSpec = { tokenyard: VERSION, ...trust, ...times, curves: curvesOf(again) };
  const next = nextRun(all, trust);
  return { ...found, spec, ...(next === undefined ? {} : { next }) };
}

/**
 * What is believed of the runs. Where host times are fitted, the runs are simulated about what was found at first, as latencies are linear in host times only nearby, and
 * judged again.
 */
async function believed(
  all: readonly SensitiveRun[],
  used: readonly JudgedRun[],
  host: Host | undefined,
  simulation: Simulation,
  tick: () => Promise<void>,
) {
  const belief = beliefIn(all);
  if (!belief.host || host === undefined) return { belief, runs: all };
  const factors = rounded(hostFit(all, belief));
  const near: SensitiveRun[] = [];
  for (const judged of used) {
    near.push(simulatedAbout(judged, host, factors, simulation));
    await tick();
  }
  return { belief: beliefIn(near), runs: near };
}

/** The run compared with a simulation with `factors`, and with simulations with longer host times. */
function simulatedAbout({ run, beside }: JudgedRun, host: Host, factors: HostFactors, simulation: Simulation): SensitiveRun {
  const report = simulatedRun(run, simulation, hostOnly(host, factors));
  const again = typeof report === "string" ? [] : besideMeasured(report, meansOf(run));
  if (typeof report === "string" || !("run" in again)) return beside!;
  const growth = growthOf(run, report, host, simulation, factors);
  return { ...beside!, ...again, growth, host: factors, byPreset: beside!.run.ratios };
}

/** The run simulated with the fitted host times. */
function simulatedAgain(judged: JudgedRun, host: Host, factors: HostFactors, simulation: Simulation): JudgedRun {
  const report = simulatedRun(judged.run, simulation, hostOnly(host, rounded(factors)));
  const beside = typeof report === "string" ? [] : besideMeasured(report, meansOf(judged.run));
  return "run" in beside ? { ...judged, beside: { ...beside, growth: NO_GROWTH } } : judged;
}

/** Undefined where runs are of several: one host's times say nothing of another's. */
function commonHost(used: readonly JudgedRun[]): Host | undefined {
  const hosts = used.map(({ beside }) => hostAt(beside!.run.place));
  const [first] = hosts;
  return hosts.every((each) => JSON.stringify(each) === JSON.stringify(first)) ? first : undefined;
}

function rounded(factors: HostFactors): HostFactors {
  return Object.fromEntries(
    Object.entries(factors).map(([part, factor]) => [part, Number(factor.toPrecision(3))]),
  ) as unknown as HostFactors;
}
