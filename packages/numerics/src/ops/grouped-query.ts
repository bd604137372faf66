import type { MixerOf } from "@tokenyard/scenario";
import type { Stage } from "../stage.ts";
import type { Cache, Rank, Visit } from "../visit.ts";
import type { GroupedWeights } from "../weights/model-weights.ts";
import { softmax } from "./activation.ts";
import { append, cacheOf, forget, sequencesOf } from "./cache.ts";

/** Results of a rank's heads for its tokens, whose rows are `input`: [tokens × heads × width of a value]. */
export function groupedResults(
  { formats }: Pick<Stage, "formats">,
  visit: Visit,
  layer: number,
  spec: MixerOf<"grouped-query">,
  weights: GroupedWeights,
  input: Float64Array,
  place: number,
): Float64Array {
  const { rank, tokens } = visit;
  const { headSize, valueSize = headSize } = spec;
  const project = (matrix: GroupedWeights["query"]) => {
    rank.multiplyAdds += tokens.count * matrix.inFeatures * matrix.outFeatures;
    return formats.product(input, tokens.count, matrix, "attention");
  };
  const queries = project(weights.query);
  const keys = project(weights.key);
  const values = weights.value === undefined ? keys : project(weights.value);
  formats.keep(keys);
  if (values !== keys) formats.keep(values);
  const keyWidth = weights.key.outFeatures;
  const valueWidth = (weights.value ?? weights.key).outFeatures;
  const own = weights.query.outFeatures / headSize;
  const results = new Float64Array(tokens.count * own * valueSize);
  const heads: Heads = { spec, own, first: place * own, sinks: weights.sinks };
  for (const { from, to } of sequencesOf(tokens)) {
    const position = tokens.position[from]!;
    const cache = cacheOf(rank, layer, tokens.sequence[from]!, position, keyWidth + valueWidth);
    append(cache, keys, values, from, to, keyWidth, valueWidth);
    attend(rank, heads, cache, queries, results, from, to, position);
    if (spec.window !== undefined) forget(cache, spec.window, keyWidth, valueWidth);
  }
  formats.handOn(results);
  return results;
}

interface Heads {
  readonly spec: MixerOf<"grouped-query">;
  /** Heads of the rank, and the first of them. */
  readonly own: number;
  readonly first: number;
  readonly sinks: Float64Array | undefined;
}

/** Tokens `from … to − 1`, from place `position` of their sequence on, each to all up to itself: farther ones count less, head by head. */
function attend(
  rank: Rank,
  { spec, own, first, sinks }: Heads,
  cache: Cache,
  queries: Float64Array,
  results: Float64Array,
  from: number,
  to: number,
  position: number,
): void {
  const { heads, kvHeads, headSize, valueSize = headSize, window = Number.POSITIVE_INFINITY } = spec;
  const perKv = heads / kvHeads;
  const firstKv = Math.floor(first / perKv);
  const lastKv = Math.floor((first + own - 1) / perKv);
  const ownKv = lastKv - firstKv + 1;
  const scores = new Float64Array(position + to - from - cache.first);
  const scale = 1 / Math.sqrt(headSize);
  for (let r = from; r < to; r++) {
    const place = position + r - from;
    const seen = Math.max(cache.first, place - window + 1);
    const count = place - seen + 1;
    for (let h = 0; h < own; h++) {
      const slope = (first + h + 1) / (4 * heads);
      const kv = Math.floor((first + h) / perKv) - firstKv;
      const q = (r * own + h) * headSize;
      for (let i = 0; i < count; i++) {
        const k = ((seen - cache.first + i) * ownKv + kv) * headSize;
        let sum = 0;
        for (let c = 0; c < headSize; c++) sum += queries[q + c]! * cache.keys[k + c]!;
        scores[i] = sum * scale - slope * (place - seen - i);
      }
      softmax(scores, count, sinks?.[h]);
      const out = (r * own + h) * valueSize;
      for (let i = 0; i < count; i++) {
        const v = ((seen - cache.first + i) * ownKv + kv) * valueSize;
        for (let c = 0; c < valueSize; c++) results[out + c]! += scores[i]! * cache.values[v + c]!;
      }
    }
    rank.multiplyAdds += count * own * (headSize + valueSize);
  }
}
