import { layerKernels, layerKinds, mostTaken } from "@tokenyard/model";
import { compilePlan, type Plan } from "@tokenyard/placement";
import { attentionFlops, memoryOf, memoryProblems } from "@tokenyard/program";
import { Streams } from "@tokenyard/random";
import type { Problem, Scenario } from "@tokenyard/scenario";
import { drawRequests, type Requests } from "@tokenyard/serving";
import { batchScenario } from "./batch-scenario.ts";
import { type Choice, scenarioWith } from "./choice.ts";
import { type DealtBatch, dealtBatch } from "./dealt-batch.ts";
import { LatencyBounds } from "./latency-bounds.ts";
import { NetworkFloor } from "./network-floor.ts";
import { Outline, withLargest } from "./outline.ts";
import { OverlapFloor } from "./overlap-floor.ts";
import { type Pipeline, replicaFloor, stageLayers } from "./pipeline-floor.ts";
import { exactly, noLess, type Range } from "./range.ts";
import { ShardFloor } from "./shard-floor.ts";
import { leastSpent } from "./spent-floor.ts";
import { halvedBatch, type TimedBatch, timedBatch } from "./timed-batch.ts";

/** What is known of a plan's report before any run: the range of the number at a path, as `ttftSeconds.max`; undefined where nothing is. */
export type Bounds = (path: string) => Range | undefined;

/** What is known of a choice without a thought for its work: its GPUs, and what they cost. */
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

/** What is known of a plan's report when its run has come so far. */
export type BoundsOnTheWay = (elapsed: Elapsed) => Bounds;

/** A plan that cannot be, as its memory is too small. */
export interface Unfit {
  readonly problems: readonly Problem[];
}

/** The ranks of a plan, whatever they run. */
interface Layout {
  readonly plan: Plan;
  readonly pipeline: Pipeline;
}

/** When all have their first tokens at least, and when all is over, in seconds, on so many ranks. */
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
 * Bounds of the reports of one scenario under other choices: provably, no run of `simulate` gives a number outside of them.
 * `mostDropped` is the share of all copies that a plan of interest may drop; bounds hold for those that drop no more.
 * Source: docs/optimize.md#lower-bounds.
 */
export class LowerBounds {
  readonly #base: Scenario;
  readonly #mostDropped: number;
  readonly #requests: Requests;
  readonly #network: NetworkFloor;
  readonly #tokens: { readonly prompt: number; readonly output: number; readonly routed: number };
  readonly #shards = new Recent<ShardFloor>();
  readonly #batches = new Recent<DealtBatch>();
  /** By stages and slices, of the replicas and degrees that were asked for last. */
  readonly #layouts = new Recent<Map<string, Layout>>();
  readonly #wholeBatches = new Recent<TimedBatch>();
  readonly #halvedBatches = new Recent<TimedBatch>();
  readonly #outlines = { none: new Recent<Outline>(), "two-batch": new Recent<Outline>() };

  constructor(base: Scenario, mostDropped = 1) {
    this.#base = base;
    this.#mostDropped = mostDropped;
    this.#requests = drawRequests(batchScenario(base).workload, new Streams(base.seed));
    this.#network = new NetworkFloor(base.cluster);
    const { promptTokens, outputTokens, count } = this.#requests;
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

  /** The same for a run that has begun. */
  onTheWay(choice: Choice): BoundsOnTheWay | Unfit {
    const scenario = scenarioWith(this.#base, choice);
    const layout = this.#layout(choice, scenario);
    const { plan } = layout;
    const problems = memoryProblems(scenario, memoryOf(scenario, plan, this.#batch(choice, scenario, plan).load()));
    return problems.length > 0 ? { problems } : this.#boundsOf(choice, scenario, layout);
  }

  /**
   * What `of` tells at least, worked out once for all choices that differ only in their stages: no bound here is
   * above that of `of`. Whether the plan can be is not asked.
   */
  outline(choice: Choice): Bounds {
    const outline = this.#outlines[choice.overlap].get(batchKey(choice), () => {
      const scenario = scenarioWith(this.#base, choice);
      const { plan } = this.#layout(choice, scenario);
      const whole = this.#wholeBatch(choice, scenario, plan);
      const batch = choice.overlap === "none" ? whole : halvedBatch(whole, this.#halves(choice, scenario, plan), true);
      return new Outline(scenario.model, plan, batch);
    });
    const glance = glanceAt(this.#base, choice);
    const stages = stagesOf(this.#base, choice);
    const span = outline.span({ stages, spared: this.#spared(outline.batch, choice.data) });
    const lastFirstToken = span.firstToken * EXACTNESS;
    const horizon = span.end * EXACTNESS;
    const ranksPerStage = choice.expert * choice.tensor;
    const sources = ranksPerStage / choice.attentionTensor;
    const extent = { ranks: stages * ranksPerStage * choice.data, sources, lastFirstToken, horizon, batch: outline.batch };
    return (path) =>
      LATENCY.test(path)
        ? withLargest(outline.latencies(EXACTNESS), path, lastFirstToken, horizon)
        : (glance(path) ?? this.#boundAt(path, extent));
  }

  #layout(choice: Choice, scenario: Scenario): Layout {
    const known = this.#layouts.get(`${shardKey(choice)}:${choice.data}`, () => new Map());
    const key = `${choice.layers}:${choice.pipeline}:${choice.interleave}`;
    let layout = known.get(key);
    if (layout === undefined) {
      const plan = compilePlan(scenario);
      const distance = (plan.stages - 1) * plan.ranksPerStage;
      const returnSeconds = distance === 0 ? 0 : this.#network.latencySeconds(distance);
      layout = { plan, pipeline: { stages: stageLayers(scenario.model, plan), interleave: plan.interleave, returnSeconds } };
      known.set(key, layout);
    }
    return layout;
  }

  #batch(choice: Choice, scenario: Scenario, plan: Plan): DealtBatch {
    return this.#batches.get(batchKey(choice), () => {
      const cost = attentionFlops(scenario.model, layerKernels(scenario.model, plan, scenario.cluster.gpu).attention);
      return dealtBatch(scenario, plan, this.#requests, cost);
    });
  }

  #timed(choice: Choice, scenario: Scenario, plan: Plan): TimedBatch {
    const whole = () => this.#wholeBatch(choice, scenario, plan);
    if (choice.overlap === "none") return whole();
    return this.#halvedBatches.get(batchKey(choice), () => halvedBatch(whole(), this.#halves(choice, scenario, plan), false));
  }

  /** As if no pass was split. */
  #wholeBatch(choice: Choice, scenario: Scenario, plan: Plan): TimedBatch {
    return this.#wholeBatches.get(batchKey(choice), () => {
      const shard = this.#shard(choice, scenario, plan);
      return timedBatch(this.#batch(choice, scenario, plan), shard, new OverlapFloor(shard, scenario, plan, Number.POSITIVE_INFINITY));
    });
  }

  #halves(choice: Choice, scenario: Scenario, plan: Plan): OverlapFloor {
    const { overlap } = scenario.serving;
    const least = overlap.kind === "two-batch" ? overlap.least : Number.POSITIVE_INFINITY;
    return new OverlapFloor(this.#shard(choice, scenario, plan), scenario, plan, least);
  }

  #shard(choice: Choice, scenario: Scenario, plan: Plan): ShardFloor {
    return this.#shards.get(shardKey(choice), () => new ShardFloor(scenario, plan, this.#network));
  }

  /** Seconds that copies which are dropped, wherever that is, may spare the mean of so many replicas. */
  #spared({ copySeconds }: TimedBatch, replicas: number): number {
    return (this.#mostDropped * this.#tokens.routed * copySeconds) / replicas;
  }

  #boundsOf(choice: Choice, scenario: Scenario, { plan, pipeline }: Layout): BoundsOnTheWay {
    const batch = this.#timed(choice, scenario, plan);
    const glance = glanceAt(scenario, choice);
    const sure = batch.floors.map((floors) => replicaFloor(floors, pipeline, false));
    const known = { firstToken: 0, end: 0 };
    if (batch.copySeconds > 0) {
      // if all copies were kept, less what those that are dropped spare
      const spared = this.#spared(batch, plan.replicas);
      const kept = batch.floors.map((floors) => replicaFloor(floors, pipeline, true));
      known.firstToken = kept.reduce((sum, { lastFirstToken }) => sum + lastFirstToken, 0) / kept.length - spared;
      known.end = kept.reduce((sum, { end }) => sum + end, 0) / kept.length - spared;
    }
    const firstToken = Math.max(known.firstToken, ...sure.map((floor) => floor.lastFirstToken));
    const end = Math.max(firstToken, known.end, ...sure.map((floor) => floor.end));
    const latencies = new LatencyBounds(batch.microBatches, batch.floors, sure, pipeline, EXACTNESS);
    return (elapsed) => {
      const lastFirstToken = Math.max(firstToken, elapsed.firstTokens) * EXACTNESS;
      const horizon = Math.max(lastFirstToken, Math.max(end, elapsed.end) * EXACTNESS);
      const extent = { ranks: plan.ranks, sources: plan.dataGroups, lastFirstToken, horizon, batch };
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
        return noLess(this.#leastDropped(batch, sources));
      default:
        return leastSpent(path, this.#base.cluster, ranks * horizon, this.#tokens);
    }
  }

  /** Share of all copies over what the experts of a pass can take together. */
  #leastDropped({ floor, microBatches }: TimedBatch, sources: number): number {
    const { model, routing, serving } = this.#base;
    if (model.experts === undefined || routing.overflow.kind === "dropout" || this.#tokens.routed === 0) return 0;
    if (serving.batchSizes !== undefined) return 0; // padding is routed too, and of it less may be dropped
    const { count, topK } = model.experts;
    const moeLayers = layerKinds(model).filter((kind) => kind === "moe").length;
    let dropped = 0;
    for (const { prefill, decode } of microBatches.flat()) {
      for (const columns of [prefill, ...decode]) {
        const { passes, leastTokens, mostTokens } = columns;
        if (leastTokens < mostTokens) continue;
        const half = floor.mostOfHalf(columns);
        const capacity = mostTaken(leastTokens, sources, model, routing);
        const most = half === undefined ? capacity : Math.max(capacity, 2 * mostTaken(half, sources, model, routing));
        dropped += passes * Math.max(0, leastTokens * topK - count * most);
      }
    }
    return ((dropped * moeLayers) / this.#tokens.routed) * EXACTNESS;
  }
}

function stagesOf({ model }: Scenario, { layers, pipeline }: Choice): number {
  return layers === "own-ranks" ? model.layers : pipeline;
}

function shardKey({ expert, tensor, attentionTensor }: Choice): string {
  return `${expert}:${tensor}:${attentionTensor}`;
}

function batchKey(choice: Choice): string {
  return `${shardKey(choice)}:${choice.data}:${choice.microBatches}`;
}

/** Remembers the value of the key that was asked for last. */
class Recent<T> {
  #key: string | undefined;
  #value: T | undefined;

  get(key: string, make: () => T): T {
    if (key !== this.#key) {
      this.#value = make();
      this.#key = key;
    }
    return this.#value!;
  }
}
