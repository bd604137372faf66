import { type PlaceRatios, type Visits, visitsOf } from "@tokenyard/model";

/**
 * Visits of `source` for the copies that now come to each place: those of tokens whose copies each come there with the same chance, times
 * `ratios`, times the earlier ratio of visits to these, or the mean ratio for places without earlier visits. Source:
 * docs/models/routing.md#visits.
 */
export function follow(
  visits: Float64Array,
  before: Float64Array,
  after: Float64Array,
  source: number,
  places: number,
  { tokens, topK }: { readonly tokens: number; readonly topK: number },
  ratios: PlaceRatios | undefined,
): void {
  const row = source * places;
  let [all, expected] = [0, 0];
  for (let place = 0; place < places; place++) {
    const at = row + place;
    if (before[at] === 0) continue;
    all += visits[at]!;
    expected += visitsOf(before[at]!, tokens, topK) * (ratios?.first[place] ?? 1);
  }
  if (expected === 0) return;
  for (let place = 0; place < places; place++) {
    const at = row + place;
    const [first, own] = ratios === undefined ? [1, 1] : [ratios.first[place]!, ratios.own[place]!];
    if (after[at] === before[at] && first === own) continue;
    const ratio = before[at]! > 0 ? visits[at]! / (visitsOf(before[at]!, tokens, topK) * first) : all / expected;
    visits[at] = visitsOf(after[at]!, tokens, topK) * own * ratio;
  }
}

/** Removes the visits on behalf of others from the kept ones of `source`. */
export function takeOut(kept: Float64Array, come: Float64Array, source: number, places: number): void {
  for (let at = source * places; at < (source + 1) * places; at++) kept[at]! -= come[at]!;
}

/** Adds to the visits of `source` those of others whose copies now come elsewhere; `kept` has them too from now on. */
export function letIn(
  visits: Float64Array,
  kept: Float64Array,
  come: Float64Array,
  source: number,
  places: number,
  { tokens, topK }: { readonly tokens: number; readonly topK: number },
): void {
  for (let at = source * places; at < (source + 1) * places; at++) {
    if (come[at] === 0) continue;
    const elsewhere = Math.max(come[at]!, tokens * topK - kept[at]!);
    const others = Math.max(0, tokens - visits[at]!);
    visits[at]! += others * visitsOf((come[at]! / elsewhere) * topK, 1, topK);
    kept[at]! += come[at]!;
  }
}

/** Fills in the sums by node of those of `source` by rank. */
export function sumNodes({ places, toRanks, toNodes, ranks }: Visits, source: number): void {
  const { nodeOf, nodes } = places;
  const first = source * nodeOf.length;
  for (let rank = 0; rank < nodeOf.length; rank++) toNodes[source * nodes + nodeOf[rank]!]! += toRanks[first + rank]!;
  ranks.look(source, toRanks);
}
