import type { Stage } from "../stage.ts";
import { checkComputed } from "../sums/settle.ts";
import type { Parcel, Visit } from "../visit.ts";
import { checkArrived, partsOf } from "./arrivals.ts";

/** Sources that share experts get all copies for these: rank i of each gets what reached rank i of all. */
export function gatherCopies(stage: Stage, visits: readonly Visit[], layer: number): void {
  const { collectives, width, plan } = stage;
  for (const visit of visits) checkArrived(stage, visit, layer, true);
  const ranks = visits.map(({ rank }) => rank.id);
  const parcels: Parcel[] = [];
  for (const [place, visit] of visits.entries()) {
    for (const parcel of visit.arrived ?? []) {
      collectives.spread(ranks, place, width);
      parcels.push({ ...parcel, part: place % partsOf(plan) });
    }
  }
  for (const visit of visits) visit.arrived = parcels.map((parcel) => ({ ...parcel }));
}

/** The sums of their results, each on the source that its token came to. */
export function scatterCopies(stage: Stage, visits: readonly Visit[], layer: number): void {
  const { collectives, width } = stage;
  for (const visit of visits) checkComputed(stage, visit, layer);
  const ranks = visits.map(({ rank }) => rank.id);
  const byKey = visits.map(({ results }) => new Map((results ?? []).map((parcel) => [keyOf(parcel), parcel])));
  const keys = new Map(byKey.flatMap((own) => [...own].map(([key, parcel]): [string, Parcel] => [key, parcel])));
  const own: Parcel[][] = visits.map(() => []);
  for (const [key, parcel] of keys) {
    if (own[parcel.part] === undefined) continue; // it is not waited for
    const rows = byKey.map((each) => each.get(key)?.numbers);
    own[parcel.part]!.push({ ...parcel, numbers: collectives.reduce(ranks, rows, parcel.part, width) });
  }
  for (const [place, visit] of visits.entries()) visit.results = own[place]!;
}

function keyOf({ source, row, slots }: Parcel): string {
  return `${source}/${row}/${slots.join()}`;
}
