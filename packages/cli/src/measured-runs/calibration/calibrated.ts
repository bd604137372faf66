import { type BesideMeasured, besideMeasured, isOfCurve, type Place, type Trust } from "@tokenyard/report";
import type { CalibrationSpec } from "@tokenyard/scenario";
import { type NextRun, nextRun, trustIn, type Validated, validated } from "@tokenyard/study";
import type { Simulation } from "../../runs/simulation.ts";
import { VERSION } from "../../version.ts";
import type { MeasuredRun } from "../measured-run.ts";
import { simulatedRun } from "../simulated-run.ts";
import { judgementOf } from "./judgement.ts";

/** A run that calibrates, or why it does not. */
export interface JudgedRun {
  readonly run: MeasuredRun;
  readonly beside?: BesideMeasured;
  /** Why it is left out. */
  readonly reasons: readonly string[];
  readonly doubts: readonly string[];
}

/** What measured runs say, and how well it predicts. */
export interface Calibrated {
  readonly runs: readonly JudgedRun[];
  /** Undefined where every run is left out. */
  readonly spec?: CalibrationSpec;
  readonly trust: Trust;
  readonly validated: readonly Validated[];
  readonly next?: NextRun;
}

export function judgedRun(run: MeasuredRun, simulation: Simulation): JudgedRun {
  const report = simulatedRun(run, simulation);
  if (typeof report === "string") return { run, reasons: [report], doubts: [] };
  const { faults, doubts } = judgementOf(run, report);
  const { ttftSeconds, tpotSeconds, e2eSeconds } = run;
  const means = { ttftSeconds: meanOf(ttftSeconds), tpotSeconds: meanOf(tpotSeconds), e2eSeconds: meanOf(e2eSeconds) };
  const beside = besideMeasured(report, means);
  if (!("run" in beside)) return { run, reasons: [...faults, `measured runs say nothing of ${beside.join(", ")}`], doubts };
  const untimed = beside.run.ratios.ttftSeconds === undefined ? ["its mean TTFT is not written"] : [];
  return { run, beside, reasons: [...faults, ...untimed], doubts };
}

export function calibratedBy(runs: readonly JudgedRun[]): Calibrated {
  const used = runs.filter(({ beside, reasons }) => beside !== undefined && reasons.length === 0);
  const all = used.map(({ beside }) => beside!);
  const trust = trustIn(all);
  const found = { runs, trust, validated: (["run", "curve"] as const).map((unseen) => validated(all, unseen, trust)) };
  if (used.length === 0) return found;
  const next = nextRun(all, trust);
  const spec = { tokenyard: VERSION, ...trust, curves: curvesOf(used) };
  return { ...found, spec, ...(next === undefined ? {} : { next }) };
}

function curvesOf(used: readonly JudgedRun[]): CalibrationSpec["curves"] {
  const curves: { readonly place: Place; readonly runs: JudgedRun[] }[] = [];
  for (const run of used) {
    const { place } = run.beside!.run;
    const known = curves.find((curve) => isOfCurve(curve.place, place));
    if (known === undefined) curves.push({ place, runs: [run] });
    else known.runs.push(run);
  }
  return curves.map(({ place: { users: _, ...place }, runs }) => ({
    ...place,
    runs: runs.map(runOf).sort((a, b) => a.users - b.users),
  })) as CalibrationSpec["curves"];
}

function runOf({ run, beside }: JudgedRun): CalibrationSpec["curves"][number]["runs"][number] {
  const { place, ratios } = beside!.run;
  const { ttftSeconds, tpotSeconds, e2eSeconds } = ratios;
  return {
    source: `${run.source.file}#${run.source.at}`.slice(-300),
    users: digits(place.users),
    ttft: digits(ttftSeconds!),
    ...(tpotSeconds === undefined ? {} : { tpot: digits(tpotSeconds) }),
    ...(e2eSeconds === undefined ? {} : { e2e: digits(e2eSeconds) }),
  };
}

function meanOf(spread: { readonly mean: number | null } | null): number | null {
  return spread?.mean ?? null;
}

function digits(value: number): number {
  return Number(value.toPrecision(5));
}
