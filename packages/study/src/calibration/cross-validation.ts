import { type BesideMeasured, isComparable, isOfCurve, type Trust } from "@tokenyard/report";
import { type Errors, errorsOf, JUDGED, type Judged, lossOf, type Miss, missesOf } from "./prediction.ts";

/** What a prediction does not see: the run itself, or all of its curve. */
export type Unseen = "run" | "curve";

/** How runs are predicted by others, before and after. */
export interface Validated {
  readonly unseen: Unseen;
  readonly latencies: readonly {
    readonly measured: Judged;
    readonly runs: number;
    readonly before: Errors;
    readonly after: Errors;
    /** Whether the runs predict better than the simulator alone. */
    readonly isBetter: boolean;
  }[];
}

/** Each run that has others of its curve, or of other curves, as these predict it. */
export function unseenMisses(all: readonly BesideMeasured[], unseen: Unseen, trust: Trust): Miss[] {
  return all.flatMap((own) => {
    const others = all.filter((each) => each !== own && isComparable(each.run.place, own.run.place));
    const isNear = (each: BesideMeasured) => isOfCurve(each.run.place, own.run.place);
    const seen = unseen === "run" ? others : others.filter((each) => !isNear(each));
    if (seen.length === 0 || (unseen === "run" && !others.some(isNear))) return [];
    return missesOf(
      own,
      seen.map(({ run }) => run),
      trust,
    );
  });
}

/** Better by less than this share is as good. */
const LEAST_GAIN = 0.02;

export function validated(all: readonly BesideMeasured[], unseen: Unseen, trust: Trust): Validated {
  const misses = unseenMisses(all, unseen, trust);
  const latencies = JUDGED.flatMap((measured) => {
    const own = misses.filter((miss) => miss.measured === measured);
    if (own.length === 0) return [];
    const [before, after] = [own.map((miss) => miss.before), own.map((miss) => miss.after)];
    const isBetter = lossOf(after) < (1 - LEAST_GAIN) * lossOf(before);
    return [{ measured, runs: own.length, before: errorsOf(before), after: errorsOf(after), isBetter }];
  });
  return { unseen, latencies };
}

/** Shares that are tried, from most belief in the runs to least. */
const NOISES = [0.1, 0.3, 1, 3, 10] as const;
/** What runs too few to validate are given. */
const UNTRIED: Trust = { noise: NOISES[0], carry: true };

/** How far runs are to be believed: as predicts best those that were not seen. Where no run can be left out, as measured curves were. */
export function trustIn(all: readonly BesideMeasured[]): Trust {
  const lossAt = (unseen: Unseen, trust: Trust) => {
    const misses = unseenMisses(all, unseen, trust);
    return misses.length === 0 ? undefined : JUDGED.reduce((sum, each) => sum + ofOne(misses, each), 0);
  };
  const noises = NOISES.map((noise) => ({ noise, loss: lossAt("run", { noise, carry: true }) ?? lossAt("curve", { noise, carry: true }) }));
  const best = noises.reduce((least, each) => ((each.loss ?? 0) < (least.loss ?? 0) ? each : least));
  const noise = best.loss === undefined ? UNTRIED.noise : best.noise;
  const [carried, kept] = [lossAt("curve", { noise, carry: true }), lossAt("curve", { noise, carry: false })];
  return { noise, carry: carried === undefined || kept === undefined ? UNTRIED.carry : carried < kept };
}

function ofOne(misses: readonly Miss[], measured: Judged): number {
  return lossOf(misses.flatMap((miss) => (miss.measured === measured ? [miss.after] : [])));
}
