import type { Plan } from "@tokenyard/placement";
import { exp } from "@tokenyard/random";
import { type DrawnCount, isDealtOut, type Scenario, type SteadyDecodeSpec, type WorkloadSpec } from "@tokenyard/scenario";
import type { Role } from "../../inputs/setup.ts";

/** Least work of a run under load at any timing: a low estimate, so that no run is refused that a day would do. */
export interface LoadWork {
  readonly requests: number;
  /** Passes of all replicas together, if each were as full as it may be. */
  readonly passes: number;
  /** Whether the experts of each layer and pass are drawn. */
  readonly draws: boolean;
  /** Path in the workload of the number of its requests. */
  readonly path: readonly string[];
}

type Lengths = Pick<Extract<WorkloadSpec, { kind: "batch" }>, "promptTokens" | "outputTokens" | "pairs"> & {
  readonly cachedTokens?: DrawnCount | undefined;
};

/**
 * The least work of a load on `plan`. `total` requests of a source that knows them; `draws`: the gate's experts are drawn. A pass computes
 * no more than the token budget of each data group, and yields no more tokens than there are places, users, or requests. Throws nothing;
 * not for static batches.
 */
export function loadWork({ workload, serving }: Scenario, plan: Plan, role: Role, total: number | undefined, draws: boolean): LoadWork {
  const { scheduler } = serving;
  if (workload.kind === "steady-decode") return steadyWork(workload, plan, draws);
  if (isDealtOut(scheduler)) throw new Error("the work of a batch that is dealt out is known");
  const { count, path } = countOf(workload, total);
  const tokens = classesOf(workload).map(({ share, lengths }) => ({ share, ...tokensOf(lengths) }));
  const shares = tokens.reduce((sum, { share }) => sum + share, 0);
  const mean = (of: "prompt" | "output") => tokens.reduce((sum, each) => sum + (each.share / shares) * each[of], 0);
  const places = Math.min(
    scheduler.maxSequences * plan.dataGroups,
    workload.kind === "closed" ? workload.concurrency : Number.POSITIVE_INFINITY,
    Math.max(1, count),
  );
  const mayBeCached = serving.kv?.prefixCache === true || classesOf(workload).some(({ lengths }) => lengths.cachedTokens !== undefined);
  const computed = mayBeCached ? 1 : mean("prompt"); // the rest may be in the cache
  const prefills = role === "decode" ? 0 : (count * computed) / (scheduler.tokenBudget * plan.dataGroups);
  const decodes = role === "prefill" ? 0 : (count * Math.max(0, mean("output") - 1)) / places;
  return { requests: count, passes: Math.max(prefills, decodes), draws, path };
}

/** Work of sequences that decode in a steady state, whose passes are given. */
function steadyWork({ sequences, measure }: SteadyDecodeSpec, { replicas, stages }: Plan, draws: boolean): LoadWork {
  return { requests: sequences, passes: measure * replicas * stages, draws, path: ["workload", "measure"] };
}

export type Arriving = Exclude<WorkloadSpec, SteadyDecodeSpec>;

function countOf(workload: Arriving, total: number | undefined): { readonly count: number; readonly path: readonly string[] } {
  if (workload.kind === "batch") return { count: workload.sequences, path: ["workload", "sequences"] };
  if (workload.kind === "closed") return { count: workload.requests, path: ["workload", "requests"] };
  if (workload.kind === "trace") return { count: total ?? 0, path: ["workload", "repeat"] };
  const number = workload.kind === "open" ? workload.requests : workload.sessions;
  const within = arrivalsWithin(workload);
  const turns = workload.kind === "sessions" ? atLeast(workload.turns) : 1;
  const count = Math.min(number ?? Number.POSITIVE_INFINITY, within) * turns;
  return {
    count,
    path: ["workload", (number ?? Number.POSITIVE_INFINITY) <= within ? (workload.kind === "open" ? "requests" : "sessions") : "duration"],
  };
}

/** How many come on average until the duration or the last stage is over. */
function arrivalsWithin({ duration, rate, arrivals }: Extract<WorkloadSpec, { kind: "open" | "sessions" }>): number {
  if (arrivals.kind !== "stages") return duration === undefined ? Number.POSITIVE_INFINITY : duration * rate!;
  let left = duration ?? Number.POSITIVE_INFINITY;
  let count = 0;
  for (const stage of arrivals.stages) {
    count += stage.rate * Math.min(left, stage.duration);
    left -= Math.min(left, stage.duration);
  }
  return count;
}

/** The kinds of requests with their lengths; of a trace nothing is known. */
export function classesOf(workload: Arriving): readonly { readonly share: number; readonly lengths: Lengths }[] {
  if (workload.kind === "trace") return [{ share: 1, lengths: { promptTokens: undefined, outputTokens: undefined, pairs: undefined } }];
  const mix = workload.kind === "batch" ? undefined : workload.classes;
  return mix?.map((each) => ({ share: each.share, lengths: each })) ?? [{ share: 1, lengths: workload }];
}

/** Tokens of a request, at least on average. */
function tokensOf({ promptTokens, outputTokens, pairs }: Lengths): { readonly prompt: number; readonly output: number } {
  if (pairs === undefined) return { prompt: promptTokens ? atLeast(promptTokens) : 1, output: outputTokens ? atLeast(outputTokens) : 1 };
  return { prompt: meanOfPairs(pairs, "promptTokens"), output: meanOfPairs(pairs, "outputTokens") };
}

/** The mean of one of two lengths that are drawn together. */
export function meanOfPairs(pairs: NonNullable<Lengths["pairs"]>, length: "promptTokens" | "outputTokens"): number {
  const weights = pairs.reduce((sum, { weight }) => sum + weight, 0);
  return pairs.reduce((sum, pair) => sum + (pair.weight / weights) * pair[length], 0);
}

/** Lower bound on the mean of `drawn`: for long tails half of the median, as half of the draws exceed the median. */
export function atLeast(drawn: DrawnCount): number {
  const within = (value: number, from = 1, to = 1e9) => Math.max(from, Math.min(to, value));
  switch (drawn.kind) {
    case "fixed":
      return drawn.value;
    case "uniform":
      return (drawn.from + drawn.to) / 2;
    case "exponential":
      return Math.max(drawn.from ?? 1, within(0.69 * drawn.mean, drawn.from, drawn.to) / 2);
    case "lognormal":
      return Math.max(drawn.from ?? 1, within(drawn.mean * exp((-drawn.sigma * drawn.sigma) / 2), drawn.from, drawn.to) / 2);
    case "zipf":
      return drawn.from;
    case "empirical": {
      const { values, weights = values.map(() => 1) } = drawn;
      const weight = weights.reduce((sum, each) => sum + each, 0);
      return values.reduce((sum, value, i) => sum + (weights[i]! / weight) * value, 0);
    }
  }
}
