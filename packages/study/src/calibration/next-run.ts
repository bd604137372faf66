import { type BesideMeasured, isComparable, isOfCurve, offsetsAt, type Place, type Prior, type Trust } from "@tokenyard/report";
import { JUDGED } from "./prediction.ts";

/** A run that would narrow the intervals of measured curves most. */
export interface NextRun {
  readonly place: Place;
  /** Mean width of the intervals along the curves, over that without runs: as it is, and with this run. */
  readonly before: number;
  readonly after: number;
}

/**
 * The run to measure next: of loads between the least and the most measured ones, by factors of two, on each curve, the one that leaves the
 * least variance over all curves.
 */
export function nextRun(all: readonly BesideMeasured[], trust: Trust): NextRun | undefined {
  const places = curvePlaces(all);
  const runs = all.map(({ run }) => run);
  const widthWith = (more: readonly Place[]) => {
    const known = [...runs, ...more.map((place) => ({ place, ratios: { ttftSeconds: 1, tpotSeconds: 1, e2eSeconds: undefined } }))];
    const widths = places.flatMap(({ place, prior }) => {
      const offsets = offsetsAt(
        place,
        known.filter((run) => isComparable(run.place, place)),
        prior,
        trust,
      );
      return JUDGED.map((measured) => offsets[measured].width);
    });
    return widths.reduce((sum, width) => sum + width, 0) / widths.length;
  };
  if (places.length === 0) return undefined;
  const before = widthWith([]);
  return places
    .map(({ place }): NextRun => ({ place, before, after: widthWith([place]) }))
    .reduce((best, each) => (each.after < best.after - 1e-9 ? each : best));
}

/** Most loads to consider, those of the first curves. */
const MOST_PLACES = 60;

function curvePlaces(all: readonly BesideMeasured[]): { readonly place: Place; readonly prior: Prior }[] {
  const firsts = all.filter((own, at) => all.findIndex((each) => isOfCurve(each.run.place, own.run.place)) === at);
  const loads = all.filter(({ run }) => run.place.load === "closed").map(({ run }) => run.place.users);
  const [least, most] = [Math.min(...loads), Math.max(...loads)];
  const places = firsts
    .filter(({ run }) => run.place.load === "closed")
    .flatMap(({ run: { place }, ...prior }) => {
      const steps: { readonly place: Place; readonly prior: Prior }[] = [];
      for (let users = least; users <= most; users *= 2) steps.push({ place: { ...place, users }, prior });
      return steps;
    });
  return places.slice(0, MOST_PLACES);
}
