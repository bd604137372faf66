import { besideMeasured, type CalibrationRun, type Place } from "@tokenyard/report";
import type { SensitiveRun } from "@tokenyard/study";
import type { Simulation } from "../../runs/simulation.ts";
import { VERSION } from "../../terminal/version.ts";
import type { MeasuredRun } from "../run/measured-run.ts";
import { simulatedRun } from "../simulated-run.ts";
import { judgementOf } from "./judgement.ts";
import { errorsOfRun } from "./run-errors.ts";
import { growthOf, type Host, NO_GROWTH } from "./sensitive.ts";

/** A run that calibrates, or why it does not. */
export interface JudgedRun {
  readonly run: MeasuredRun;
  readonly beside?: SensitiveRun;
  /** Why it is left out. */
  readonly reasons: readonly string[];
  readonly doubts: readonly string[];
}

/** A run is judged by the preset, whatever calibration the scenario had that it was observed with. */
const NO_CALIBRATION = { tokenyard: VERSION };

/** `run` beside its simulation, and beside those with longer host times. */
export function judgedRun(run: MeasuredRun, simulation: Simulation): JudgedRun {
  const report = simulatedRun(run, simulation, NO_CALIBRATION);
  if (typeof report === "string") return { run, reasons: [report], doubts: [] };
  const { faults, doubts } = judgementOf(run, report);
  const beside = besideMeasured(report, meansOf(run));
  if (!("run" in beside)) return { run, reasons: [...faults, `measured runs say nothing of ${beside.join(", ")}`], doubts };
  const untimed = beside.run.ratios.ttftSeconds === undefined ? ["its mean TTFT is not written"] : [];
  const reasons = [...faults, ...untimed, ...unitFaults(beside.run)];
  const growth = reasons.length > 0 ? NO_GROWTH : growthOf(run, report, hostAt(beside.run.place), simulation);
  const errors = errorsOfRun(run);
  return { run, beside: { ...beside, growth, ...(errors === undefined ? {} : { errors }) }, reasons, doubts };
}

/** Factor between a server and its simulation above which the run is probably in other units. */
const FARTHEST = 100;

function unitFaults({ ratios }: CalibrationRun): string[] {
  const names = { ttftSeconds: "TTFT", tpotSeconds: "TPOT", e2eSeconds: "E2E" } as const;
  return (Object.keys(names) as (keyof typeof names)[]).flatMap((key) => {
    const ratio = ratios[key];
    if (ratio === undefined || (ratio <= FARTHEST && ratio >= 1 / FARTHEST)) return [];
    return [`its mean ${names[key]} is ${Number(ratio.toPrecision(2))} times the simulated one: another unit, as it seems`];
  });
}

/** Host of an engine, version and GPU. */
export function hostAt({ engine, version, gpu }: Place): Host {
  return { engine: engine.split(" ")[0]!, version, gpu };
}

/** The compared numbers. */
export function meansOf({ ttftSeconds, tpotSeconds, e2eSeconds }: MeasuredRun) {
  const meanOf = (spread: { readonly mean: number | null } | null) => spread?.mean ?? null;
  return { ttftSeconds: meanOf(ttftSeconds), tpotSeconds: meanOf(tpotSeconds), e2eSeconds: meanOf(e2eSeconds) };
}
