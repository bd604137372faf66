import { ln } from "@tokenyard/random";
import { type CalibrationSpec, type HostTimesSpec, parseQuantity, plainVersion } from "@tokenyard/scenario";
import type { ModelError } from "../schema/model-error-schema.ts";
import { TO_90 } from "./log-spread.ts";
import { type Deviation, isComparable, isOfCurve, type Offset, offsetAt, type Trust } from "./offset.ts";
import { type Place, type Placed, placeOf } from "./place.ts";
import { type Factors, MEASURED, type Measured, type Residuals } from "./residual.ts";

type Use = NonNullable<Exclude<ModelError, { readonly uncalibrated: unknown }>["calibration"]>;

/** Effect of a scenario's calibration on its report. */
export interface Calibration {
  readonly use: Use;
  /** Offsets from the medians of runs like it. */
  readonly offsets: Readonly<Record<Measured, Offset>>;
}

/** Measured over simulated of runs of one kind, as logarithms: medians, and standard deviations as if they were normal. */
export interface Prior {
  readonly medians: Readonly<Record<Measured, number>>;
  readonly spreads: Readonly<Record<Measured, number>>;
}

/** A measured run of a calibration. */
export interface CalibrationRun {
  readonly place: Place;
  /** Measured over simulated; undefined where it was not measured. */
  readonly ratios: Readonly<Record<Measured, number | undefined>>;
}

/** Offsets of `report` by its scenario's calibration; `factors` are the medians of its kind of run; undefined without a calibration. */
export function calibrationOf(report: Placed & { readonly version: string }, factors: Residuals["factors"]): Calibration | undefined {
  const spec = report.scenario.resolved["calibration"] as CalibrationSpec | undefined;
  const place = spec === undefined ? undefined : placeOf(report);
  if (spec === undefined || place === undefined) return undefined;
  if (spec.hostTimes !== undefined && !isOfHost(place, spec.hostTimes))
    return { use: { unused: hostText(spec.hostTimes) }, offsets: NOTHING };
  const runs = calibrationRuns(spec);
  const others = runs.filter((run) => isComparable(run.place, place));
  const own = others.filter((run) => isOfCurve(run.place, place)).length;
  const used = spec.carry ? others : others.filter((run) => isOfCurve(run.place, place));
  const age = spec.tokenyard === report.version ? {} : { tokenyard: spec.tokenyard };
  const use = used.length === 0 ? { unused: otherwise(place, runs) } : { runs: own, others: used.length - own, ...age };
  return { use, offsets: offsetsAt(place, runs, priorOf(factors), trustOf(spec)) };
}

/** Trust as a resolved scenario states it, where quantities are text. */
function trustOf({ noise, carry, from }: CalibrationSpec): Trust {
  const share = typeof noise === "number" ? noise : parseQuantity(String(noise), "%");
  return { noise: typeof share === "number" ? share : 0, carry, from };
}

const NONE: Offset = { mean: 0, width: 1 };
const NOTHING = { ttftSeconds: NONE, tpotSeconds: NONE, e2eSeconds: NONE };

function isOfHost({ engine, version, gpu }: Place, host: HostTimesSpec): boolean {
  return engine.split(" ")[0] === host.engine && version === plainVersion(host.version) && gpu === host.gpu;
}

function hostText({ engine, version, gpu }: HostTimesSpec): string {
  return `its host times are of ${engine} ${version} on ${gpu}`;
}

export function calibrationRuns({ curves }: CalibrationSpec): CalibrationRun[] {
  return curves.flatMap(({ runs, ...curve }) =>
    runs.map(({ users, ttft, tpot, e2e }) => ({
      place: { ...curve, users },
      ratios: { ttftSeconds: ttft, tpotSeconds: tpot, e2eSeconds: e2e },
    })),
  );
}

export function priorOf(factors: Residuals["factors"]): Prior {
  const ofEach = (of: (own: Factors) => number) =>
    Object.fromEntries(MEASURED.map((measured) => [measured, of(factors[measured])])) as Record<Measured, number>;
  return { medians: ofEach(([, middle]) => ln(middle)), spreads: ofEach(([low, , high]) => ln(high / low) / (2 * TO_90)) };
}

/** Offsets of each measured latency. */
export function offsetsAt(
  place: Place,
  runs: readonly CalibrationRun[],
  { medians, spreads }: Prior,
  trust: Trust,
): Readonly<Record<Measured, Offset>> {
  const offsets = MEASURED.map((measured) => {
    const median = trust.from === "measured" ? medians[measured] : 0;
    const deviations = runs.flatMap((run): Deviation[] => {
      const ratio = run.ratios[measured];
      return ratio === undefined ? [] : [{ place: run.place, deviation: ln(ratio) - median }];
    });
    const share = trust.noise / spreads[measured];
    const { mean, width } = offsetAt(place, deviations, { noise: share * share, carry: trust.carry });
    return [measured, { mean: mean + median - medians[measured], width }] as const;
  });
  return Object.fromEntries(offsets) as Record<Measured, Offset>;
}

/** Property in which no run is like the one at `place`. */
function otherwise(place: Place, runs: readonly CalibrationRun[]): string {
  const names = { engine: "engine", gpu: "GPU", model: "model", load: "load" } as const;
  const keys = Object.keys(names) as (keyof typeof names)[];
  const differing = keys.filter((key) => runs.every((run) => run.place[key] !== place[key]));
  const versions = [...new Set(runs.map((run) => run.place.version))].sort();
  if (differing.length === 0 && !versions.includes(place.version))
    return `its runs are of another version (${versions.join(", ")}, not ${place.version}), and say nothing of this one`;
  if (differing.length === 0) return "its runs are of other layouts or lengths, which say nothing of this one";
  const those = (key: keyof typeof names) => [...new Set(runs.map((run) => run.place[key]))].sort().join(", ");
  return `its runs are of another ${differing.map((key) => `${names[key]} (${those(key)}, not ${place[key]})`).join(" and another ")}`;
}
