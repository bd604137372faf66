import { createTokenRouter, ExpertCache, evictionOf } from "@tokenyard/model";
import { Streams } from "@tokenyard/random";
import type { GateSpec } from "@tokenyard/scenario";
import { bareScenario } from "./bare-scenario.ts";

/** LRU, Qwen3-30B-A3B, one sequence: capacity as a share of a layer's 128 experts, and hits in percent (SeqMoE, 2609.12978). */
export const PUBLISHED_HITS = [
  { share: 0.15, percent: 60 },
  { share: 0.25, percent: 74.2 },
  { share: 0.35, percent: 84.5 },
  { share: 0.4, percent: 86.4 },
  { share: 0.45, percent: 88.5 },
] as const;

/** Fitted to these hits. */
const GATE: GateSpec = { kind: "correlated", sigma: 1.6, mixes: 1, common: 0, repeat: 0.25, shared: false };

const EXPERTS = 128;
const LAYERS = 8;
/** Tokens that are counted, and warm-up tokens before them. */
const TOKENS = 1000;
const WARM_UP = 100;

/**
 * One sequence goes through caches with room for each of `shares` of a layer's experts: the share of lookups that each finds, and of its experts that a token has
 * of the one before.
 */
export function hitRates(shares: readonly number[]): { readonly hits: readonly number[]; readonly reuse: number } {
  const router = createTokenRouter(bareScenario(LAYERS, EXPERTS, 8).model, GATE, new Streams(1));
  const stream = new Streams(2).stream("sequence");
  const rooms = shares.map((share) => Math.round(share * EXPERTS));
  const caches = Array.from({ length: LAYERS }, () => rooms.map((room) => new ExpertCache(EXPERTS, room, evictionOf("lru", EXPERTS))));
  const before = Array.from({ length: LAYERS }, () => new Float64Array(EXPERTS));
  const hits = rooms.map(() => 0);
  let lookups = 0;
  let again = 0;
  for (let token = 0; token < TOKENS; token++) {
    for (let layer = 0; layer < LAYERS; layer++) {
      const chosen = new Float64Array(EXPERTS);
      router.begin!({ sequences: Float64Array.of(1) });
      router.route(layer, [1], stream, chosen);
      for (let x = 0; x < EXPERTS; x++) {
        if (chosen[x] === 0) continue;
        const found = caches[layer]!.map((cache) => cache.use(x));
        if (token < WARM_UP) continue;
        lookups++;
        again += before[layer]![x]!;
        for (const [i, hit] of found.entries()) hits[i]! += Number(hit);
      }
      before[layer] = chosen;
    }
  }
  return { hits: hits.map((count) => count / lookups), reuse: again / lookups };
}
