import { expertCapacity, layerKernels, layerKinds } from "@tokenyard/model";
import { compilePlan, memoryOf, memoryProblems, type Plan } from "@tokenyard/placement";
import { Streams } from "@tokenyard/random";
import type { Problem, Scenario } from "@tokenyard/scenario";
import { drawRequests, type Requests } from "@tokenyard/serving";
import { attentionFlops } from "@tokenyard/simulator";
import { batchScenario } from "./batch-scenario.ts";
import { type Choice, scenarioWith } from "./choice.ts";
import { type DealtBatch, type DealtMicroBatch, dealtBatch } from "./dealt-batch.ts";
import { latencyBounds } from "./latency-bounds.ts";
import { NetworkFloor } from "./network-floor.ts";
import { type PassFloor, ShardFloor, sumOf } from "./pass-floor.ts";
import { type MicroBatchFloor, type Pipeline, replicaFloor, stageLayers } from "./pipeline-floor.ts";
import { exactly, noLess, type Range } from "./range.ts";

/** What is known of a plan's report before any run: the range of the number at a path, as `ttftSeconds.max`; undefined where nothing is. */
export type Bounds = (path: string) => Range | undefined;

/** What is known of a choice without a thought for its work: its GPUs, and what they cost. */
export function glanceAt({ model, cluster }: Scenario, { layers, pipeline, expert, tensor, data }: Choice): Bounds {
  const gpus = (layers === "own-ranks" ? model.layers : pipeline) * expert * tensor * data;
  const { cost } = cluster.gpu;
  return (path) => {
    if (path === "gpus" || path === "plan.ranks") return exactly(gpus);
    return path === "costUsdPerHour" && cost !== undefined ? exactly(gpus * cost) : undefined;
  };
}

/** A plan that cannot be, as its memory is too small. */
export interface Unfit {
  readonly problems: readonly Problem[];
}

const LATENCY = /^(ttft|tpot|e2e)Seconds\./;

/** Sums of many parts may err in their last digits; so much is left for it. */
const EXACTNESS = 1 - 1e-9;

/** A dealt batch with what its passes take at least. */
interface TimedBatch {
  /** [replicas][micro-batches] */
  readonly microBatches: readonly (readonly DealtMicroBatch[])[];
  readonly floors: readonly (readonly (MicroBatchFloor & { readonly spans: readonly PassFloor[] })[])[];
  /** Seconds that a dropped copy of a prefill spares at most; 0 where none is dropped. */
  readonly copySeconds: number;
}

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
  readonly #timedBatches = new Recent<TimedBatch>();

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
    const scenario = scenarioWith(this.#base, choice);
    const plan = compilePlan(scenario);
    const shardKey = `${choice.expert}:${choice.tensor}:${choice.attentionTensor}`;
    const batchKey = `${shardKey}:${choice.data}:${choice.microBatches}`;
    const batch = this.#batches.get(batchKey, () => {
      const cost = attentionFlops(scenario.model, layerKernels(scenario.model, plan, scenario.cluster.gpu).attention);
      return dealtBatch(scenario, plan, this.#requests, cost);
    });
    const problems = memoryProblems(scenario, memoryOf(scenario, plan, batch.load));
    if (problems.length > 0) return { problems };
    const timed = this.#timedBatches.get(batchKey, () => {
      const shard = this.#shards.get(shardKey, () => new ShardFloor(scenario, plan, this.#network));
      return timedBatch(batch, shard);
    });
    return this.#boundsOf(scenario, plan, timed, glanceAt(scenario, choice));
  }

  #boundsOf(scenario: Scenario, plan: Plan, batch: TimedBatch, glance: Bounds): Bounds {
    const distance = (plan.stages - 1) * plan.ranksPerStage;
    const pipeline: Pipeline = {
      stages: stageLayers(scenario.model, plan),
      interleave: plan.interleave,
      inFlight: scenario.serving.overlap === "two-batch" ? 2 : 1,
      returnSeconds: distance === 0 ? 0 : this.#network.latencySeconds(distance),
    };
    const sure = batch.floors.map((floors) => replicaFloor(floors, pipeline, false));
    const known = { firstToken: 0, end: 0 };
    if (batch.copySeconds > 0) {
      // if all copies were kept, less what those that are dropped, wherever that is, may spare the mean replica
      const spared = (this.#mostDropped * this.#tokens.routed * batch.copySeconds) / plan.replicas;
      const kept = batch.floors.map((floors) => replicaFloor(floors, pipeline, true));
      known.firstToken = kept.reduce((sum, { lastFirstToken }) => sum + lastFirstToken, 0) / kept.length - spared;
      known.end = kept.reduce((sum, { end }) => sum + end, 0) / kept.length - spared;
    }
    const lastFirstToken = Math.max(known.firstToken, ...sure.map((floor) => floor.lastFirstToken)) * EXACTNESS;
    const horizon = Math.max(lastFirstToken, known.end, ...sure.map((floor) => floor.end)) * EXACTNESS;
    const latencies = lazily(() =>
      latencyBounds(batch.microBatches, batch.floors, sure, pipeline, { lastFirstToken, horizon, exactness: EXACTNESS }),
    );
    return (path) => (LATENCY.test(path) ? latencies()[path] : (glance(path) ?? this.#boundAt(path, plan, lastFirstToken, horizon, batch)));
  }

  #boundAt(path: string, plan: Plan, lastFirstToken: number, horizon: number, batch: TimedBatch): Range | undefined {
    const { prompt, output } = this.#tokens;
    const rate = (high: number): Range => ({ low: 0, high });
    switch (path) {
      case "horizonSeconds":
        return noLess(horizon);
      case "throughput.tokensPerSecond":
        return rate((prompt + output) / horizon);
      case "throughput.tokensPerMsPerGpu":
        return rate((prompt + output) / horizon / 1000 / plan.ranks);
      case "throughput.prefillTokensPerSecond":
        return rate(prompt / lastFirstToken);
      case "throughput.prefillTokensPerMsPerGpu":
        return rate(prompt / lastFirstToken / 1000 / plan.ranks);
      case "tokens.dropped / tokens.routed":
        return noLess(this.#leastDropped(batch.microBatches.flat()));
      default:
        return undefined;
    }
  }

  /** Share of all copies over what the experts of a pass can take together. */
  #leastDropped(microBatches: readonly DealtMicroBatch[]): number {
    const { model, routing } = this.#base;
    if (model.experts === undefined || this.#tokens.routed === 0) return 0;
    const { count, topK } = model.experts;
    const moeLayers = layerKinds(model).filter((kind) => kind === "moe").length;
    let dropped = 0;
    for (const { prefill, decode } of microBatches) {
      for (const { passes, leastTokens, mostTokens } of [prefill, ...decode]) {
        if (leastTokens < mostTokens) continue;
        dropped += passes * Math.max(0, leastTokens * topK - count * expertCapacity(leastTokens, model, routing));
      }
    }
    return ((dropped * moeLayers) / this.#tokens.routed) * EXACTNESS;
  }
}

function timedBatch(batch: DealtBatch, shard: ShardFloor): TimedBatch {
  const microBatches = batch.microBatches();
  const floors = microBatches.map((own) =>
    own.map(({ prefill, decode }) => {
      const spans = decode.map((columns) => shard.of(columns));
      const decodePasses = decode.reduce((sum, { passes }) => sum + passes, 0);
      return { prefill: shard.of(prefill), decode: sumOf(spans), decodePasses, spans };
    }),
  );
  const copySeconds = microBatches.flat().reduce((most, { prefill }) => Math.max(most, shard.copySeconds(prefill)), 0);
  return { microBatches, floors, copySeconds };
}

function lazily<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
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
