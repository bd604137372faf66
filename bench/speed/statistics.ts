import { summarize } from "@tokenyard/report";
import { parseScenario } from "@tokenyard/scenario";
import { prepare, run, simulate } from "@tokenyard/simulator";
import { type PointResult, pooledEstimates } from "@tokenyard/study";
import type { Row } from "./row.ts";

/** Lengths: lognormal, light and heavy. */
const SIGMAS = { L: 0.5, H: 1.5 };
const LOADS = [50, 80, 95];
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
function load(sigma: number, rate: number, seed: number, requests = REQUESTS) {
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
    serving: { scheduler: { kind: "continuous", maxSequences: 16, tokenBudget: 2048 } },
  });
}

/** How many intervals of studies of several seeds hold what thousands of seeds say, by load and metric, and how many are open. */
export async function statistics({ quick = false }: { readonly quick?: boolean } = {}): Promise<Row[]> {
  const studies = quick ? 2 : STUDIES;
  const rows: Row[] = [];
  for (const [name, sigma] of Object.entries(SIGMAS)) {
    const most = simulate(load(sigma, 1e6, 1, 4000)).throughput.requestsPerSecond!;
    for (const share of LOADS) {
      const all = Array.from({ length: SEEDS * studies }, (_, seed): PointResult => {
        const scenario = load(sigma, (most * share) / 100, seed + 1);
        const report = summarize(run(prepare(scenario)), [], { distributions: true });
        return { index: seed, parameters: {}, status: "ok", report };
      });
      const paths = PATHS.map(([, path]) => path);
      const truth = pooledEstimates(all, paths);
      const each = Array.from({ length: studies }, (_, s) => pooledEstimates(all.slice(SEEDS * s, SEEDS * (s + 1)), paths));
      for (const [i, [what]] of PATHS.entries()) {
        const own = each.map((estimates) => estimates[i]!.interval!);
        const { value } = truth[i]!;
        const held = own.filter(({ low, high }) => low <= value && value <= high).length;
        const open = own.filter(({ high }) => high === Number.POSITIVE_INFINITY).length;
        const percent = (count: number) => `${Math.round((100 * count) / studies)} %`;
        rows.push({
          what: `95 % intervals of ${SEEDS} × ${REQUESTS} requests, ${name}${share}: ${what}`,
          value: `hold the truth in ${percent(held)} of ${studies} studies`,
          ratio: `open in ${percent(open)}`,
        });
      }
    }
  }
  return rows;
}
