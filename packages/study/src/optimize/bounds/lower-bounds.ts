import { layerKinds } from "@tokenyard/model";
import { sequenceParallelOf, sourcesOf } from "@tokenyard/placement";
import { Streams } from "@tokenyard/random";
import type { Problem, Scenario } from "@tokenyard/scenario";
import { drawRequests } from "@tokenyard/serving";
import { exactly, noLess, type Range } from "../floors/range.ts";
import { ReplicaTimes } from "../floors/replica-times.ts";
import { leastSpent } from "../floors/spent-floor.ts";
import type { TimedBatch } from "../floors/timed-batch.ts";
import { batchScenario } from "../space/batch-scenario.ts";
import { attentionData, type Choice } from "../space/choice.ts";
import { LatencyBounds } from "./latency-bounds.ts";
import { leastDropped } from "./least-dropped.ts";
import { withLargest } from "./outline.ts";
import { PlanFloors } from "./plan-floors.ts";

/** Bounds on a plan's report before any run: the range of the number at a path such as `ttftSeconds.max`; undefined if it has none. */
export type Bounds = (path: string) => Range | undefined;

/** Bounds of a choice independent of its work: its GPUs, and their cost. */
export function glanceAt(base: Scenario, choice: Choice): Bounds {
  const { expert, tensor, data } = choice;
  const { cluster } = base;
  const gpus = stagesOf(base, choice) * expert * tensor * data;
  const { cost } = cluster.gpu;
  return (path) => {
    if (path === "gpus" || path === "plan.ranks") return exactly(gpus);
    return path === "costUsdPerHour" && cost !== undefined ? exactly(gpus * cost) : undefined;
  };
}

/** Seconds after which a run had not all first tokens yet, and was not over. */
export interface Elapsed {
  readonly firstTokens: number;
  readonly end: number;
}

/** Bounds of a plan's report at some progress of its run. */
export type BoundsOnTheWay = (elapsed: Elapsed) => Bounds;

/** A plan that does not fit into memory. */
export interface Unfit {
  readonly problems: readonly Problem[];
}

/** Least seconds until all have their first tokens and until the end, with the number of ranks. */
interface Extent {
  readonly sources: number;
  readonly ranks: number;
  readonly lastFirstToken: number;
  readonly horizon: number;
  readonly batch: TimedBatch;
}

const AT_THE_START: Elapsed = { firstTokens: 0, end: 0 };

const LATENCY = /^(ttft|tpot|e2e)Seconds\./;

/** Sums of many parts may err in their last digits; so much is left for it. */
const EXACTNESS = 1 - 1e-9;

/**
 * Bounds of the reports of one scenario under other choices: provably, no run of `simulate` gives a number outside of them. `mostDropped`
 * is the share of all copies that a plan of interest may drop; bounds hold for those that drop no more. Source:
 * docs/optimize.md#lower-bounds.
 */
export class LowerBounds {
  readonly #base: Scenario;
  readonly #mostDropped: number;
  readonly #floors: PlanFloors;
  readonly #tokens: { readonly prompt: number; readonly output: number; readonly routed: number };
  readonly #times = new ReplicaTimes();
  readonly #leastDropped = new WeakMap<TimedBatch, number>();

  constructor(base: Scenario, mostDropped = 1) {
    this.#base = base;
    this.#mostDropped = mostDropped;
    const requests = drawRequests(batchScenario(base).workload, new Streams(base.seed));
    this.#floors = new PlanFloors(base, requests);
    const { promptTokens, outputTokens, count } = requests;
    const prompt = promptTokens.reduce((sum, tokens) => sum + tokens, 0);
    const output = outputTokens.reduce((sum, tokens) => sum + tokens, 0);
    const copies = layerKinds(base.model).filter((kind) => kind === "moe").length * (base.model.experts?.topK ?? 0);
    this.#tokens = { prompt, output, routed: (prompt + output - count) * copies };
  }

  /** Choices that share degrees, and then batches, are cheapest one after another. */
  of(choice: Choice): Bounds | Unfit {
    const bounds = this.onTheWay(choice);
    return "problems" in bounds ? bounds : bounds(AT_THE_START);
  }

  /** Bounds for a run that has begun. */
  onTheWay(choice: Choice): BoundsOnTheWay | Unfit {
    const problems = this.#floors.memoryProblems(choice);
    return problems.length > 0 ? { problems } : this.#boundsOf(choice);
  }

  /**
   * Lower bounds of `of`, computed once for all choices that differ only in their stages: no bound here is above that of `of`. The plan may
   * be impossible.
   */
  outline(choice: Choice): Bounds {
    const outline = this.#floors.outline(choice);
    const glance = glanceAt(this.#base, choice);
    const stages = stagesOf(this.#base, choice);
    const span = outline.span({ stages, spared: this.#spared(outline.batch, choice.data) });
    const lastFirstToken = span.firstToken * EXACTNESS;
    const horizon = span.end * EXACTNESS;
    const ranksPerStage = choice.expert * choice.tensor;
    const degrees = { ...choice, dataGroups: attentionData(choice) };
    const { sources } = sourcesOf(sequenceParallelOf(this.#base, degrees), degrees);
    const extent = { ranks: stages * ranksPerStage * choice.data, sources, lastFirstToken, horizon, batch: outline.batch };
    return (path) =>
      LATENCY.test(path)
        ? withLargest(outline.latencies(EXACTNESS), path, lastFirstToken, horizon)
        : (glance(path) ?? this.#boundAt(path, extent));
  }

  /** Most seconds that dropped copies may save in the mean of `replicas` replicas, wherever they are dropped. */
  #spared({ copySeconds }: TimedBatch, replicas: number): number {
    return (this.#mostDropped * this.#tokens.routed * copySeconds) / replicas;
  }

  #boundsOf(choice: Choice): BoundsOnTheWay {
    const batch = this.#floors.batch(choice);
    const { plan, pipeline } = this.#floors.layout(choice);
    const glance = glanceAt(this.#base, choice);
    const sure = this.#times.of(batch, pipeline);
    let firstToken = most(sure.lastFirstTokens);
    let end = most(sure.ends);
    if (batch.copySeconds > 0) {
      // if all copies were kept, less the savings of dropped ones
      const spared = this.#spared(batch, choice.data);
      const kept = this.#times.ofAllKept(batch, pipeline);
      firstToken = Math.max(firstToken, mean(kept.lastFirstTokens) - spared);
      end = Math.max(end, mean(kept.ends) - spared);
    }
    end = Math.max(firstToken, end);
    const latencies = new LatencyBounds(batch, sure.firstTokens, pipeline, EXACTNESS);
    const { sources } = plan;
    const ranks = plan.stages * plan.ranksPerStage * choice.data;
    return (elapsed) => {
      const lastFirstToken = Math.max(firstToken, elapsed.firstTokens) * EXACTNESS;
      const horizon = Math.max(lastFirstToken, Math.max(end, elapsed.end) * EXACTNESS);
      const extent = { ranks, sources, lastFirstToken, horizon, batch };
      return (path) =>
        LATENCY.test(path) ? withLargest(latencies, path, lastFirstToken, horizon) : (glance(path) ?? this.#boundAt(path, extent));
    };
  }

  #boundAt(path: string, { ranks, sources, lastFirstToken, horizon, batch }: Extent): Range | undefined {
    const { prompt, output } = this.#tokens;
    const rate = (high: number): Range => ({ low: 0, high });
    switch (path) {
      case "horizonSeconds":
        return noLess(horizon);
      case "throughput.tokensPerSecond":
        return rate((prompt + output) / horizon);
      case "throughput.tokensPerMsPerGpu":
        return rate((prompt + output) / horizon / 1000 / ranks);
      case "throughput.prefillTokensPerSecond":
        return rate(prompt / lastFirstToken);
      case "throughput.prefillTokensPerMsPerGpu":
        return rate(prompt / lastFirstToken / 1000 / ranks);
      case "tokens.dropped / tokens.routed":
        return noLess(this.#leastDroppedOf(batch, sources));
      default:
        return leastSpent(path, this.#base.cluster, ranks * horizon, this.#tokens);
    }
  }

  /** Share of copies beyond what the experts of a pass accept together. */
  #leastDroppedOf(batch: TimedBatch, sources: number): number {
    const known = this.#leastDropped.get(batch);
    if (known !== undefined) return known;
    const { routed } = this.#tokens;
    const least = routed === 0 ? 0 : (leastDropped(this.#base, batch, sources) / routed) * EXACTNESS;
    this.#leastDropped.set(batch, least);
    return least;
  }
}

function stagesOf({ model }: Scenario, { layers, pipeline }: Choice): number {
  return layers === "own-ranks" ? model.layers : pipeline;
}

function most(values: Float64Array): number {
  let found = 0;
  for (let i = 0; i < values.length; i++) if (values[i]! > found) found = values[i]!;
  return found;
}

function mean(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}
