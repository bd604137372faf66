import { type CalibrationRun, intervalOf, type Measured, offsetsAt, type Trust } from "@tokenyard/report";
import { JUDGED, type Judged, type Miss, missesOf } from "@tokenyard/study";
import type { CurveRun } from "./measured-places.ts";

/** Trust in measured curves, unless a user's runs give another. */
export const TRUST: Trust = { noise: 0.03, carry: true, from: "measured" };
const LONG_CURVE = 5;

export type From = "middle" | "any";

/** The other runs of curves of five runs or more, as one run of each predicts them. */
export function fromOneRun(all: readonly CurveRun[], from: From): Miss[] {
  return longCurves(all).flatMap((curve) =>
    curve.flatMap((own, at) => {
      if (from === "middle" && at !== Math.floor(curve.length / 2)) return [];
      return curve.filter((each) => each !== own).flatMap((each) => missesOf(each, [own.run], TRUST));
    }),
  );
}

/** Runs of the other curves of its engine, model and GPU, as one curve predicts them. */
export function fromOneCurve(all: readonly CurveRun[]): Miss[] {
  return combinations(all).flatMap((group) =>
    curvesOf(group).flatMap((curve) => {
      const runs = curve.map(({ run }) => run);
      return group.filter((each) => each.curve !== curve[0]!.curve).flatMap((each) => missesOf(each, runs, TRUST));
    }),
  );
}

/** Runs of each curve, as all others of its engine, model and GPU predict them, where these are `least` or more. */
export function fromOtherCurves(all: readonly CurveRun[], least: number): Miss[] {
  return combinations(all).flatMap((group) => {
    const curves = curvesOf(group);
    if (curves.length <= least) return [];
    return curves.flatMap((curve) => {
      const runs: CalibrationRun[] = group.filter((each) => each.curve !== curve[0]!.curve).map(({ run }) => run);
      return curve.flatMap((each) => missesOf(each, runs, TRUST));
    });
  });
}

/** A run beside the interval that one run of its curve leaves of `spread`. */
export interface Bounded {
  readonly measured: Judged;
  readonly isInside: boolean;
  /** Width of the interval: its high end over its low end. */
  readonly width: number;
}

export type SpreadOf = (run: CurveRun, measured: Measured) => { readonly median: number; readonly below: number; readonly above: number };

export function intervalsFromOneRun(all: readonly CurveRun[], spreadOf: SpreadOf): Bounded[] {
  return longCurves(all).flatMap((curve) => {
    const own = curve[Math.floor(curve.length / 2)]!;
    return curve
      .filter((each) => each !== own)
      .flatMap((each) => {
        const offsets = offsetsAt(each.run.place, [own.run], each, TRUST);
        return JUDGED.map((measured): Bounded => {
          const { median, below, above } = spreadOf(each, measured);
          const { mean, width } = offsets[measured];
          const { low, high } = intervalOf(1, { median: median + mean, below: below * width, above: above * width });
          const ratio = each.run.ratios[measured]!;
          return { measured, isInside: ratio >= low && ratio <= high!, width: high! / low };
        });
      });
  });
}

function longCurves(all: readonly CurveRun[]): CurveRun[][] {
  return curvesOf(all).filter((curve) => curve.length >= LONG_CURVE);
}

/** Curves of runs, each ordered by load. */
function curvesOf(all: readonly CurveRun[]): CurveRun[][] {
  return grouped(all, ({ curve }) => curve).map((curve) => curve.sort((a, b) => a.run.place.users - b.run.place.users));
}

function combinations(all: readonly CurveRun[]): CurveRun[][] {
  const nameOf = ({ run: { place } }: CurveRun) => [place.engine, place.model, place.gpu].join(" ");
  return grouped(all, nameOf);
}

function grouped(all: readonly CurveRun[], nameOf: (run: CurveRun) => string): CurveRun[][] {
  const groups = new Map<string, CurveRun[]>();
  for (const each of all) groups.set(nameOf(each), [...(groups.get(nameOf(each)) ?? []), each]);
  return [...groups.values()];
}
