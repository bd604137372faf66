import type { Op } from "@tokenyard/program";
import type { MixerOf } from "@tokenyard/scenario";
import type { Stage } from "../stage.ts";
import { makeWhole, settle } from "../sums/settle.ts";
import { mark } from "../sums/shard-digits.ts";
import type { Cache, Rank, Visit } from "../visit.ts";
import { addProduct, product } from "../weights/matrix.ts";
import type { GroupedWeights } from "../weights/model-weights.ts";
import { sigmoid, softmax } from "./activation.ts";
import { normed } from "./norm.ts";

/** Grouped-query attention of a rank's heads: its part of the sums over its data group. */
export function attention(stage: Stage, visit: Visit, { layer }: Op): void {
  settle(stage, visit);
  makeWhole(stage, visit);
  const { rank, tokens } = visit;
  const { plan, width } = stage;
  const spec = stage.specs[layer]!.mixer;
  const weights = rank.weights.layers.get(layer)!.mixer;
  if (spec.kind !== "grouped-query" || weights === undefined) {
    visit.pending = { rows: Array.from({ length: tokens.count }, () => emptyRow(stage, rank)), layer, kind: "mixer" }; // unverified: it adds nothing
    return;
  }
  const { headSize, valueSize = headSize } = spec;
  const input = normed(visit.residual, width, 0, tokens.count);
  const project = (matrix: GroupedWeights["query"]) => {
    rank.multiplyAdds += tokens.count * matrix.inFeatures * matrix.outFeatures;
    return product(input, tokens.count, matrix);
  };
  const queries = project(weights.query);
  const keys = project(weights.key);
  const values = weights.value === undefined ? keys : project(weights.value);
  const gates = weights.gate && project(weights.gate);
  const valueWidth = (weights.value ?? weights.key).outFeatures;
  const own = weights.query.outFeatures / headSize;
  const results = new Float64Array(tokens.count * own * valueSize);
  const heads: Heads = { spec, own, first: (rank.local % plan.attentionTensor) * own, sinks: weights.sinks };
  for (let from = 0; from < tokens.count; ) {
    let to = from + 1;
    while (to < tokens.count && tokens.sequence[to] === tokens.sequence[from]) to++;
    const cache = cacheOf(rank, layer, tokens.sequence[from]!, tokens.position[from]!, weights.key.outFeatures + valueWidth);
    append(cache, keys, values, from, to, weights.key.outFeatures, valueWidth);
    attend(rank, heads, cache, queries, results, from, to, tokens.position[from]!);
    if (spec.window !== undefined) forget(cache, spec.window, weights.key.outFeatures, valueWidth);
    from = to;
  }
  if (gates !== undefined) for (let i = 0; i < results.length; i++) results[i] = results[i]! * sigmoid(gates[i]!);
  const rows: Float64Array[] = [];
  for (let r = 0; r < tokens.count; r++) {
    const row = emptyRow(stage, rank);
    addProduct(results, r * own * valueSize, weights.output, row);
    rows.push(row);
  }
  rank.multiplyAdds += tokens.count * weights.output.inFeatures * weights.output.outFeatures;
  visit.pending = { rows, layer, kind: "mixer" };
}

/** A row of zeros with the mark of the rank's heads. */
function emptyRow({ plan, width, stride }: Stage, { local }: Rank): Float64Array {
  const row = new Float64Array(stride);
  mark(row, width, local % plan.attentionTensor);
  return row;
}

interface Heads {
  readonly spec: MixerOf<"grouped-query">;
  /** Heads of the rank, and the first of them. */
  readonly own: number;
  readonly first: number;
  readonly sinks: Float64Array | undefined;
}

function cacheOf(rank: Rank, layer: number, sequence: number, first: number, width: number): Cache {
  const ofLayer = rank.caches.get(layer) ?? new Map<number, Cache>();
  rank.caches.set(layer, ofLayer);
  const cache = ofLayer.get(sequence) ?? { keys: new Float64Array(0), values: new Float64Array(0), rows: 0, width, first };
  ofLayer.set(sequence, cache);
  return cache;
}

function append(cache: Cache, keys: Float64Array, values: Float64Array, from: number, to: number, keyWidth: number, valueWidth: number) {
  const rows = cache.rows + to - from;
  cache.keys = withRoom(cache.keys, rows * keyWidth);
  cache.values = withRoom(cache.values, rows * valueWidth);
  cache.keys.set(keys.subarray(from * keyWidth, to * keyWidth), cache.rows * keyWidth);
  cache.values.set(values.subarray(from * valueWidth, to * valueWidth), cache.rows * valueWidth);
  cache.rows = rows;
}

function withRoom(numbers: Float64Array, size: number): Float64Array {
  if (numbers.length >= size) return numbers;
  const larger = new Float64Array(Math.max(size, 2 * numbers.length));
  larger.set(numbers);
  return larger;
}

/** No later token sees more than the last `window − 1` rows; the cache keeps as many as a window has. */
function forget(cache: Cache, window: number, keyWidth: number, valueWidth: number): void {
  const gone = cache.rows - window;
  if (gone <= 0) return;
  cache.keys.copyWithin(0, gone * keyWidth, cache.rows * keyWidth);
  cache.values.copyWithin(0, gone * valueWidth, cache.rows * valueWidth);
  cache.rows = window;
  cache.first += gone;
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
