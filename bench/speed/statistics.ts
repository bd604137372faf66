import { summarize } from "@tokenyard/report";
import { parseScenario } from "@tokenyard/scenario";
import { prepare, run, simulate } from "@tokenyard/simulator";
import { type PointResult, pooledEstimates } from "@tokenyard/study";
import type { Row } from "./row.ts";

interface Load {
  readonly name: string;
  /** Sigma of lognormal lengths: light or heavy. */
  readonly sigma: number;
  /** Percent of what the GPU serves. */
  readonly share: number;
  readonly maxSequences: number;
}

/** Most sequences, large enough that none waits for another to end: requests wait for steps, and for prompts before them. */
const MANY = 256;
const TAILS = { L: 0.5, H: 1.5 };
const LOADS: readonly Load[] = [
  ...Object.entries(TAILS).flatMap(([name, sigma]) =>
    [50, 80, 95].map((share) => ({ name: `${name}${share}`, sigma, share, maxSequences: MANY })),
  ),
  // A rare event: in some 8 of 100 runs all slots are taken for a while, and half of the studies of 8 seeds see no such run.
  { name: "L50, 16 sequences", sigma: TAILS.L, share: 50, maxSequences: 16 },
];
const REQUESTS = 200;
const SEEDS = 8;
const STUDIES = 300;
const PATHS = [
  ["TTFT p50", "ttftSeconds.p50"],
  ["TTFT p90", "ttftSeconds.p90"],
  ["TTFT p99", "ttftSeconds.p99"],
  ["queue p90", "queueSeconds.p90"],
  ["TPOT p90", "tpotSeconds.p90"],
  ["TTFT mean", "ttftSeconds.mean"],
  ["queue mean", "queueSeconds.mean"],
  ["E2E mean", "e2eSeconds.mean"],
] as const;

/** One GPU, a small dense model, an open load. */
function load({ sigma, maxSequences }: Load, rate: number, seed: number, requests = REQUESTS) {
  const lengths = (mean: number) => ({ kind: "lognormal", mean, sigma, to: 8192 });
  return parseScenario({
    tokenyard: 1,
    name: "statistics",
    seed,
    model: {
      layers: 4,
      hiddenSize: 1024,
      attention: { heads: 8, kvHeads: 8, headSize: 128 },
      dense: { hiddenSize: 4096, matrices: 3 },
      vocabulary: 32_000,
    },
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
    engine: "ideal",
    workload: { kind: "open", requests, rate: `${rate} requests/s`, promptTokens: lengths(512), outputTokens: lengths(64) },
    serving: { scheduler: { kind: "continuous", maxSequences, tokenBudget: 2048 } },
  });
}

/** How many intervals of studies of several seeds hold what thousands of seeds say, by load and metric, and how many are open. */
export async function statistics({ quick = false }: { readonly quick?: boolean } = {}): Promise<Row[]> {
  const studies = quick ? 2 : STUDIES;
  const rows: Row[] = [];
  for (const each of LOADS) {
    const most = simulate(load(each, 1e6, 1, 4000)).throughput.requestsPerSecond!;
    const all = Array.from({ length: SEEDS * studies }, (_, seed): PointResult => {
      const scenario = load(each, (most * each.share) / 100, seed + 1);
      const report = summarize(run(prepare(scenario)), [], { distributions: true });
      return { index: seed, parameters: {}, status: "ok", report };
    });
    const paths = PATHS.map(([, path]) => path);
    const truth = pooledEstimates(all, paths);
    const found = Array.from({ length: studies }, (_, s) => pooledEstimates(all.slice(SEEDS * s, SEEDS * (s + 1)), paths));
    for (const [i, [what]] of PATHS.entries()) {
      const own = found.map((estimates) => estimates[i]!.interval!);
      const { value } = truth[i]!;
      const held = own.filter(({ low, high }) => low <= value && value <= high).length;
      const open = own.filter(({ high }) => high === Number.POSITIVE_INFINITY).length;
      const percent = (count: number) => `${Math.round((100 * count) / studies)} %`;
      rows.push({
        what: `95 % intervals of ${SEEDS} × ${REQUESTS} requests, ${each.name}: ${what}`,
        value: `hold the truth in ${percent(held)} of ${studies} studies`,
        ratio: `open in ${percent(open)}`,
      });
    }
  }
  return rows;
}
