import { createTokenRouter, loadVariance } from "@tokenyard/model";
import { compilePlan, expertSlots, maxOverMeanOf, rankLoads, rebalanced } from "@tokenyard/placement";
import { Streams } from "@tokenyard/random";
import type { Scenario } from "@tokenyard/scenario";
import { bareScenario } from "./bare-scenario.ts";
import { hitRates, PUBLISHED_HITS } from "./hit-rates.ts";

// Experts of an uneven gate on ranks, with and without spare slots, beside what was measured and what others work out: pnpm bench:balance.

const EXPERTS = 256;
const RANKS = 32;
const SPARES = 32;
const LAYERS = 58;

/** Load variance by rank and fullest rank over mean. */
interface Spread {
  readonly variance: number;
  readonly most: number;
}

interface Case {
  readonly what: string;
  readonly sigma: number;
  readonly topK: number;
  /** Tokens whose copies are placed for, and that come then; undefined: as many as there may be. */
  readonly seen?: number;
  readonly tokens?: number;
}

/** TensorRT-LLM, "Scaling expert parallelism", part 1: DeepSeek-R1, 32 ranks, 9 slots each with the balancer. */
const PUBLISHED = { before: { variance: 0.48, most: 2.56 }, after: { variance: 0.051, most: 1.11 } };
/** Sigma for which 48 % by rank matches 8 of 256 experts, whose hottest gets at most one copy of a token. */
const FITTED_SIGMA = 1.25;

const CASES: readonly Case[] = [
  { what: "lognormal 1.05, top 1, exact shares", sigma: 1.05, topK: 1 },
  { what: "lognormal 1.05, top 8, exact shares", sigma: 1.05, topK: 8 },
  { what: "lognormal 1.05, top 8, placed by exact shares, 1,500 tokens", sigma: 1.05, topK: 8, tokens: 1500 },
  { what: `lognormal ${FITTED_SIGMA}, top 8, exact shares`, sigma: FITTED_SIGMA, topK: 8 },
  { what: `lognormal ${FITTED_SIGMA}, top 8, placed by exact shares, 1,500 tokens`, sigma: FITTED_SIGMA, topK: 8, tokens: 1500 },
  {
    what: `lognormal ${FITTED_SIGMA}, top 8, placed by 4,000 tokens, 4,000 others`,
    sigma: FITTED_SIGMA,
    topK: 8,
    seen: 4000,
    tokens: 4000,
  },
];

function scenarioOf({ sigma, topK }: Case): Scenario {
  return bareScenario(LAYERS, EXPERTS, topK, {
    parallelism: { expert: RANKS },
    routing: { gate: { kind: "lognormal", sigma }, placement: { kind: "redundant", spareSlots: SPARES } },
  });
}

/** Means over layers. */
function spreads(given: Case): { readonly before: Spread; readonly after: Spread } {
  const scenario = scenarioOf(given);
  const { model, routing } = scenario;
  const plan = compilePlan(scenario);
  const streams = new Streams(1);
  const router = createTokenRouter(model, routing.gate, streams);
  const drawn = (layer: number, tokens: number | undefined, name: string) => {
    if (tokens === undefined) return router.shares!(layer)!;
    const copies = new Float64Array(EXPERTS);
    router.route(layer, [tokens], streams.stream(`${name}/${layer}`), copies);
    return copies;
  };
  const perRank = EXPERTS / RANKS;
  const rows = expertSlots(
    EXPERTS,
    Array.from({ length: RANKS }, (_, e) =>
      Array.from({ length: perRank + SPARES / RANKS }, (_, i) => (i < perRank ? e * perRank + i : -1)),
    ),
  );
  const before: Spread[] = [];
  const after: Spread[] = [];
  for (let layer = 0; layer < LAYERS; layer++) {
    const seen = drawn(layer, given.seen, "seen");
    const come = drawn(layer, given.tokens, "come");
    const slots = rebalanced(
      seen,
      rows,
      scenario,
      { kind: "eplb", every: 1, below: 1, move: { kind: "sync" }, from: { kind: "peers" } },
      plan,
    );
    const spread = (of: typeof rows): Spread => {
      const loads = rankLoads(come, of);
      return { variance: loadVariance(loads), most: maxOverMeanOf(loads) };
    };
    before.push(spread(rows));
    after.push(spread(slots));
  }
  return { before: mean(before), after: mean(after) };
}

function mean(all: readonly Spread[]): Spread {
  const of = (value: (each: Spread) => number) => all.reduce((sum, each) => sum + value(each), 0) / all.length;
  return { variance: of(({ variance }) => variance), most: of(({ most }) => most) };
}

function line(what: string, { before, after }: { readonly before: Spread; readonly after: Spread }): string {
  const cell = ({ variance, most }: Spread) => `${(variance * 100).toFixed(1)} %, ${most.toFixed(2)}`;
  return `| ${what} | ${cell(before)} | ${cell(after)} |`;
}

console.log(`| load variance by rank, fullest over mean | ${EXPERTS} experts in rows | ${SPARES} spare slots |`);
console.log("|---|---|---|");
console.log(line("TensorRT-LLM, measured on DeepSeek-R1", PUBLISHED));
for (const each of CASES) console.log(line(each.what, spreads(each)));

console.log();
console.log("| experts kept | LRU hits, published | ours |");
console.log("|---|---|---|");
const { hits, reuse } = hitRates(PUBLISHED_HITS.map(({ share }) => share));
for (const [i, { share, percent }] of PUBLISHED_HITS.entries())
  console.log(`| ${share * 100} % | ${percent} % | ${(hits[i]! * 100).toFixed(1)} % |`);
console.log();
console.log(`A token repeats ${(reuse * 100).toFixed(0)} % of its predecessor's experts: ${(reuse / (8 / 128)).toFixed(1)} times chance.`);
