import type { MixerOf } from "@tokenyard/scenario";
import type { Formats } from "../formats/formats.ts";
import type { Stage } from "../stage.ts";
import type { Cache, Rank, Visit } from "../visit.ts";
import { addProduct, type Matrix } from "../weights/matrix.ts";
import type { LatentWeights } from "../weights/model-weights.ts";
import { softmax } from "./activation.ts";
import { append, cacheOf, sequencesOf } from "./cache.ts";
import { normed } from "./norm.ts";

const NONE = new Float64Array(0);

/**
 * Results of a rank's heads in latent attention for tokens whose rows are `input`. Every rank caches the compressed rows. Prompts compute
 * keys and values of all rows that they see; decoding tokens multiply the matrices into their queries and results. Source:
 * docs/models/attention.md#latent-attention.
 */
export function latentResults(
  { formats, phase }: Pick<Stage, "formats" | "phase">,
  visit: Visit,
  layer: number,
  spec: MixerOf<"latent">,
  weights: LatentWeights,
  input: Float64Array,
  place: number,
): Float64Array {
  const { rank, tokens } = visit;
  const { kvLoraRank, qkNopeHeadDim, qkRopeHeadDim, vHeadDim } = spec;
  const project = (rows: Float64Array, matrix: Matrix) => {
    rank.multiplyAdds += tokens.count * matrix.inFeatures * matrix.outFeatures;
    return formats.product(rows, tokens.count, matrix, "attention");
  };
  const width = kvLoraRank + qkRopeHeadDim;
  const cached = project(input, weights.down);
  for (let r = 0; r < tokens.count; r++) {
    const row = cached.subarray(r * width, (r + 1) * width);
    row.set(normed(row, kvLoraRank, 0, 1));
  }
  formats.handOn(cached);
  formats.keep(cached);
  const compressed = weights.queryDown && normed(project(input, weights.queryDown), weights.queryDown.outFeatures, 0, tokens.count);
  if (compressed !== undefined) formats.handOn(compressed);
  const queries = project(compressed ?? input, weights.query);
  const own = weights.query.outFeatures / (qkNopeHeadDim + qkRopeHeadDim);
  const heads: Heads = { spec, weights, formats, own, first: place * own };
  const results = new Float64Array(tokens.count * own * vHeadDim);
  for (const { from, to } of sequencesOf(tokens)) {
    const position = tokens.position[from]!;
    const cache = cacheOf(rank, layer, tokens.sequence[from]!, position, width);
    append(cache, cached, NONE, from, to, width, 0);
    if (phase === 0) attendExpanded(rank, heads, cache, queries, results, from, to, position);
    else attendAbsorbed(rank, heads, cache, queries, results, from, to, position);
  }
  formats.handOn(results);
  return results;
}

interface Heads {
  readonly spec: MixerOf<"latent">;
  readonly weights: LatentWeights;
  readonly formats: Formats;
  /** Heads of the rank, and the first of them. */
  readonly own: number;
  readonly first: number;
}

/** Keys and values of all rows of the cache, and the tokens to these. */
function attendExpanded(
  rank: Rank,
  heads: Heads,
  cache: Cache,
  queries: Float64Array,
  results: Float64Array,
  from: number,
  to: number,
  position: number,
): void {
  const { spec, weights, formats, own } = heads;
  const { kvLoraRank, qkNopeHeadDim, qkRopeHeadDim, vHeadDim } = spec;
  const width = kvLoraRank + qkRopeHeadDim;
  const keys = new Float64Array(cache.rows * own * qkNopeHeadDim);
  const values = new Float64Array(cache.rows * own * vHeadDim);
  for (let i = 0; i < cache.rows; i++) {
    const latent = formats.inputs("attention", cache.keys.subarray(i * width), 1, kvLoraRank);
    addProduct(latent, 0, weights.keyUp, keys, i * own * qkNopeHeadDim);
    addProduct(latent, 0, weights.valueUp, values, i * own * vHeadDim);
  }
  formats.handOn(keys);
  formats.handOn(values);
  rank.multiplyAdds += cache.rows * kvLoraRank * own * (qkNopeHeadDim + vHeadDim);
  const querySize = qkNopeHeadDim + qkRopeHeadDim;
  const scores = new Float64Array(position + to - from - cache.first);
  for (let r = from; r < to; r++) {
    const count = position + r - from - cache.first + 1;
    for (let h = 0; h < own; h++) {
      const q = (r * own + h) * querySize;
      for (let i = 0; i < count; i++) {
        let sum = dot(queries, q, keys, (i * own + h) * qkNopeHeadDim, qkNopeHeadDim);
        sum += dot(queries, q + qkNopeHeadDim, cache.keys, i * width + kvLoraRank, qkRopeHeadDim);
        scores[i] = logitOf(heads, h, sum, count - 1 - i);
      }
      softmax(scores, count);
      const out = (r * own + h) * vHeadDim;
      for (let i = 0; i < count; i++) addScaled(values, (i * own + h) * vHeadDim, scores[i]!, results, out, vHeadDim);
    }
    rank.multiplyAdds += count * own * (querySize + vHeadDim);
  }
}

/** Attention in the space of the cache: maps queries into it, attends to its rows, and maps results out of it. */
function attendAbsorbed(
  rank: Rank,
  heads: Heads,
  cache: Cache,
  queries: Float64Array,
  results: Float64Array,
  from: number,
  to: number,
  position: number,
): void {
  const { spec, weights, formats, own } = heads;
  const { kvLoraRank, qkNopeHeadDim, qkRopeHeadDim, vHeadDim } = spec;
  const width = kvLoraRank + qkRopeHeadDim;
  const query = new Float64Array(kvLoraRank);
  const sum = new Float64Array(kvLoraRank);
  const scores = new Float64Array(position + to - from - cache.first);
  for (let r = from; r < to; r++) {
    const count = position + r - from - cache.first + 1;
    for (let h = 0; h < own; h++) {
      const q = (r * own + h) * (qkNopeHeadDim + qkRopeHeadDim);
      for (let c = 0; c < kvLoraRank; c++) {
        query[c] = dot(queries, q, weights.keyUp.numbers, (c * own + h) * qkNopeHeadDim, qkNopeHeadDim);
      }
      formats.handOn(query);
      for (let i = 0; i < count; i++) {
        let score = dot(query, 0, cache.keys, i * width, kvLoraRank);
        score += dot(queries, q + qkNopeHeadDim, cache.keys, i * width + kvLoraRank, qkRopeHeadDim);
        scores[i] = logitOf(heads, h, score, count - 1 - i);
      }
      softmax(scores, count);
      sum.fill(0);
      for (let i = 0; i < count; i++) addScaled(cache.keys, i * width, scores[i]!, sum, 0, kvLoraRank);
      formats.handOn(sum);
      for (let c = 0; c < kvLoraRank; c++) {
        addScaled(weights.valueUp.numbers, (c * own + h) * vHeadDim, sum[c]!, results, (r * own + h) * vHeadDim, vHeadDim);
      }
    }
    rank.multiplyAdds += own * kvLoraRank * (qkNopeHeadDim + vHeadDim) + count * own * (width + kvLoraRank);
  }
}

function logitOf({ spec, first }: Heads, h: number, score: number, distance: number): number {
  const { heads, qkNopeHeadDim, qkRopeHeadDim } = spec;
  return score / Math.sqrt(qkNopeHeadDim + qkRopeHeadDim) - ((first + h + 1) / (4 * heads)) * distance;
}

function dot(x: Float64Array, at: number, y: Float64Array, from: number, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += x[at + i]! * y[from + i]!;
  return sum;
}

function addScaled(x: Float64Array, at: number, factor: number, out: Float64Array, to: number, count: number): void {
  for (let i = 0; i < count; i++) out[to + i]! += x[at + i]! * factor;
}
