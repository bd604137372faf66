import { isOfCurve, type Place } from "@tokenyard/report";
import type { CalibrationSpec } from "@tokenyard/scenario";
import type { JudgedRun } from "./judged-run.ts";

type Curve = CalibrationSpec["curves"][number];

/** Runs by their curves, each by load. */
export function curvesOf(used: readonly JudgedRun[]): Curve[] {
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
  }));
}

const MOST_CHARACTERS = 300;

function runOf({ run, beside }: JudgedRun): Curve["runs"][number] {
  const { place, ratios } = beside!.run;
  const { ttftSeconds, tpotSeconds, e2eSeconds } = ratios;
  return {
    source: `${run.source.file}#${run.source.at}`.slice(-MOST_CHARACTERS),
    users: digits(place.users),
    ttft: digits(ttftSeconds!),
    ...(tpotSeconds === undefined ? {} : { tpot: digits(tpotSeconds) }),
    ...(e2eSeconds === undefined ? {} : { e2e: digits(e2eSeconds) }),
  };
}

function digits(value: number): number {
  return Number(value.toPrecision(5));
}
