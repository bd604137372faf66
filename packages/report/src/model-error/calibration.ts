import { ln } from "@tokenyard/random";
import type { CalibrationSpec } from "@tokenyard/scenario";
import type { ModelError } from "../schema/model-error-schema.ts";
import { type Deviation, isComparable, isOfCurve, type Offset, offsetAt, type Trust } from "./offset.ts";
import { type Place, type Placed, placeOf } from "./place.ts";
import { MEASURED, type Measured, type Residuals } from "./residual.ts";

type Use = NonNullable<Exclude<ModelError, { readonly uncalibrated: unknown }>["calibration"]>;

/** What a scenario's calibration says of its report. */
export interface Calibration {
  readonly use: Use;
  /** From the medians of runs like it. */
  readonly offsets: Readonly<Record<Measured, Offset>>;
}

/** Logarithms, by latency. */
export type Medians = Readonly<Record<Measured, number>>;

/** A measured run of a calibration. */
export interface CalibrationRun {
  readonly place: Place;
  /** Measured over simulated; undefined where it was not measured. */
  readonly ratios: Readonly<Record<Measured, number | undefined>>;
}

/** What the runs of its scenario's calibration say of `report`, whose kind of run has the medians of `factors`; undefined without a calibration. */
export function calibrationOf(report: Placed & { readonly version: string }, factors: Residuals["factors"]): Calibration | undefined {
  const spec = report.scenario.resolved["calibration"] as CalibrationSpec | undefined;
  const place = spec === undefined ? undefined : placeOf(report);
  if (spec === undefined || place === undefined) return undefined;
  const runs = calibrationRuns(spec);
  const others = runs.filter((run) => isComparable(run.place, place));
  const own = others.filter((run) => isOfCurve(run.place, place)).length;
  const used = spec.carry ? others : others.filter((run) => isOfCurve(run.place, place));
  const age = spec.tokenyard === report.version ? {} : { tokenyard: spec.tokenyard };
  const use = used.length === 0 ? { unused: otherwise(place, runs) } : { runs: own, others: used.length - own, ...age };
  return { use, offsets: offsetsAt(place, runs, mediansOf(factors), spec) };
}

/** Logarithms of the medians of measured over simulated. */
export function mediansOf(factors: Residuals["factors"]): Medians {
  return Object.fromEntries(MEASURED.map((measured) => [measured, ln(factors[measured][1])])) as Record<Measured, number>;
}

export function calibrationRuns({ curves }: CalibrationSpec): CalibrationRun[] {
  return curves.flatMap(({ runs, ...curve }) =>
    runs.map(({ users, ttft, tpot, e2e }) => ({
      place: { ...curve, users },
      ratios: { ttftSeconds: ttft, tpotSeconds: tpot, e2eSeconds: e2e },
    })),
  );
}

/** Of each latency that was measured. */
export function offsetsAt(
  place: Place,
  runs: readonly CalibrationRun[],
  medians: Medians,
  trust: Trust,
): Readonly<Record<Measured, Offset>> {
  const offsets = MEASURED.map((measured) => {
    const deviations = runs.flatMap((run): Deviation[] => {
      const ratio = run.ratios[measured];
      return ratio === undefined ? [] : [{ place: run.place, deviation: ln(ratio) - medians[measured] }];
    });
    return [measured, offsetAt(place, deviations, trust)] as const;
  });
  return Object.fromEntries(offsets) as Record<Measured, Offset>;
}

/** In what no run is like one at `place`. */
function otherwise(place: Place, runs: readonly CalibrationRun[]): string {
  const names = { engine: "engine", gpu: "GPU", model: "model", load: "load" } as const;
  const keys = Object.keys(names) as (keyof typeof names)[];
  const differing = keys.filter((key) => runs.every((run) => run.place[key] !== place[key]));
  if (differing.length === 0) return "its runs are of other layouts or lengths, which say nothing of this one";
  const those = (key: keyof typeof names) => [...new Set(runs.map((run) => run.place[key]))].sort().join(", ");
  return `its runs are of another ${differing.map((key) => `${names[key]} (${those(key)}, not ${place[key]})`).join(" and another ")}`;
}
