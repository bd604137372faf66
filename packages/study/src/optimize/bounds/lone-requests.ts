import { Streams } from "@tokenyard/random";
import type { Scenario } from "@tokenyard/scenario";
import { createArrivingRequest, createRequestSource } from "@tokenyard/serving";
import { noLess, type Range } from "../floors/range.ts";
import { leastSpent } from "../floors/spent-floor.ts";
import { formulaLimits } from "../formula/formula-limits.ts";
import { openLike, requestsOf } from "../formula/load-sample.ts";
import { type BatchScenario, isDealt } from "../space/batch-scenario.ts";
import type { Choice } from "../space/choice.ts";
import { type Bounds, glanceAt, LowerBounds } from "./lower-bounds.ts";

/** Most requests of a load to examine. */
const MOST = 100_000;
/** Sums of many parts may err in their last digits; so much is left for it. */
const EXACTNESS = 1 - 1e-9;

/** Facts that every run of a load has in common, for any plan. */
interface Known {
  readonly prompt: number;
  readonly output: number;
  readonly leastPrompt: number;
  readonly mostOutput: number;
  /** Tokens of the longest request, with its answer. */
  readonly mostTokens: number;
  /** Seconds until the last of them comes; 0 where that follows from the run. */
  readonly lastArrival: number;
}

/**
 * Proved bounds of plans under load: no request has its first token sooner than its prompt takes alone, no token comes sooner than a step
 * that decodes one sequence, and no run ends before the last request has arrived and been served. Source:
 * docs/optimize.md#bounds-under-load.
 */
export class LoneRequests {
  readonly #base: Scenario;
  readonly #known: Known;
  /** Bounds of a batch of one request, by tokens of its prompt and its answer. */
  readonly #alone = new Map<string, LowerBounds>();
  /** Bounds by layout. */
  readonly #ofLayout = new Map<string, { readonly firstToken: number; readonly step: number } | undefined>();

  private constructor(base: Scenario, known: Known) {
    this.#base = base;
    this.#known = known;
  }

  /**
   * Bounds for plans of `scenario`; undefined if requests may skip work, or if its layers have no floors or there are too many requests.
   */
  static of(scenario: Scenario): LoneRequests | undefined {
    if (isDealt(scenario) || scenario.model.layerKinds !== undefined || formulaLimits(scenario).length > 0) return undefined;
    const known = knownOf(scenario);
    return known && new LoneRequests(scenario, known);
  }

  /**
   * Bounds of any run of `choice`, whose data groups hold `cacheTokens` each: a request that needs more is refused, and no other waits for
   * it.
   */
  bounds(choice: Choice, cacheTokens: number): Bounds {
    const glance = glanceAt(this.#base, choice);
    const alone = this.#aloneOf(choice);
    if (alone === undefined) return glance;
    const { prompt, output, mostOutput, mostTokens, lastArrival } = this.#known;
    const { firstToken, step } = alone;
    const longest = firstToken + (mostOutput - 1) * step;
    const horizon = Math.max(lastArrival + firstToken, longest) * EXACTNESS;
    const gpus = glance("gpus")!.low;
    const rate = (high: number): Range => ({ low: 0, high });
    return (path) => {
      if (path.startsWith("ttftSeconds.") || path.startsWith("e2eSeconds.")) return noLess(firstToken * EXACTNESS);
      if (path.startsWith("tpotSeconds.")) return noLess(step * EXACTNESS);
      if (mostTokens > cacheTokens) return glance(path);
      if (path === "horizonSeconds") return noLess(horizon);
      if (path === "throughput.tokensPerSecond") return rate((prompt + output) / horizon);
      if (path === "throughput.tokensPerMsPerGpu") return rate((prompt + output) / horizon / 1000 / gpus);
      return glance(path) ?? leastSpent(path, this.#base.cluster, gpus * horizon, { prompt, output });
    };
  }

  #aloneOf(choice: Choice) {
    const key = JSON.stringify({ ...choice, data: 1 });
    if (this.#ofLayout.has(key)) return this.#ofLayout.get(key);
    const first = this.#low(choice, 1, "ttftSeconds.p50");
    const step = this.#low(choice, 2, "tpotSeconds.p50");
    const found = first === undefined || step === undefined ? undefined : { firstToken: first, step };
    this.#ofLayout.set(key, found);
    return found;
  }

  /** The least number at `path` of a run in which one request is alone. */
  #low(choice: Choice, outputTokens: number, path: string): number | undefined {
    const { leastPrompt } = this.#known;
    const key = `${leastPrompt} ${outputTokens}`;
    const lower = this.#alone.get(key) ?? new LowerBounds(loneScenario(this.#base, leastPrompt, outputTokens));
    this.#alone.set(key, lower);
    const bounds = lower.of({ ...choice, data: 1, microBatches: 1 });
    return "problems" in bounds ? undefined : bounds(path)?.low;
  }
}

/** One request alone, as quick as it may be: without host, and without sizes that steps are padded to. */
function loneScenario(base: Scenario, promptTokens: number, outputTokens: number): BatchScenario {
  const { stepOverhead: _, batchSizes: __, kv: ___, ...serving } = base.serving;
  return {
    ...base,
    workload: {
      kind: "batch",
      sequences: 1,
      promptTokens: { kind: "fixed", value: promptTokens },
      outputTokens: { kind: "fixed", value: outputTokens },
    },
    serving: { ...serving, scheduler: { kind: "static", microBatches: 1, deal: "in-order" } },
  } as unknown as BatchScenario;
}

/** The requests of a load, one after the other; of a closed loop it is not known when they come. */
function knownOf(scenario: Scenario): Known | undefined {
  const { workload, seed } = scenario;
  const isOpen = workload.kind === "open";
  const source = createRequestSource(isOpen ? workload : openLike(workload, requestsOf(workload)), new Streams(seed));
  const out = createArrivingRequest();
  let [count, prompt, output, mostOutput, mostTokens, lastNs] = [0, 0, 0, 0, 0, 0];
  let leastPrompt = Number.POSITIVE_INFINITY;
  for (; source.nextNs < Number.POSITIVE_INFINITY && count <= MOST; count++) {
    source.take(out);
    prompt += out.promptTokens;
    output += out.outputTokens;
    leastPrompt = Math.min(leastPrompt, out.promptTokens);
    mostOutput = Math.max(mostOutput, out.outputTokens);
    mostTokens = Math.max(mostTokens, out.promptTokens + out.outputTokens);
    lastNs = Math.max(lastNs, out.arrivedNs);
  }
  if (count === 0 || count > MOST) return undefined;
  return { prompt, output, leastPrompt, mostOutput, mostTokens, lastArrival: isOpen ? lastNs * 1e-9 : 0 };
}
