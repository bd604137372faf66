import { layerKinds } from "@tokenyard/model";
import { type ExpertLoad, NETWORK, type Op } from "@tokenyard/program";
import type { Scenario } from "@tokenyard/scenario";
import type { PoolSetup } from "../setup/setup.ts";
import { OpTimes } from "./op-times.ts";

/** What a pass has yielded, and when that is counted. */
interface Yielding {
  readonly replica: number;
  readonly phase: number;
  readonly newTokens: Float64Array;
  readonly outputs: Float64Array;
  readonly decoding: { readonly sequences: Float64Array } | undefined;
}

/** Which of what takes some working out is asked of samples: what ranks did, bytes of memory, or either of these or operations of communication. */
export interface Wanted {
  readonly ranks: boolean;
  readonly bytes: boolean;
  readonly any: boolean;
}

/** `all`: whether every series is; else those of the rules. */
export function wantedOf({ alerts }: Scenario, all: boolean): Wanted {
  const watches = (...metrics: readonly string[]) => all || alerts?.rules.some(({ metric }) => metrics.includes(metric)) === true;
  const bytes = watches("memoryBandwidthUse");
  const ranks = watches("computeUse", "networkUse");
  return { ranks, bytes, any: ranks || bytes || watches("collective.p50", "collective.p99") };
}

/** Counts what a pool does for those who sample it, since the start of the run. Only where any do. */
export class Probe {
  readonly ops = new OpTimes();
  /** [stages of all replicas] */
  readonly stageBytes: Float64Array;
  /** [replicas × layers with experts × experts] copies before overflow, and what an expert of the layer may take [replicas × layers with experts] */
  readonly copies: Float64Array;
  readonly capacity: Float64Array;
  /** [replicas] */
  readonly promptTokens: Float64Array;
  readonly outputTokens: Float64Array;
  readonly layers: readonly number[];
  readonly experts: number;
  readonly #rowOf: ReadonlyMap<number, number>;
  readonly #stages: number;

  readonly wanted: Wanted;

  constructor({ plan, scenario: { model } }: PoolSetup, wanted: Wanted) {
    this.wanted = wanted;
    this.layers = layerKinds(model).flatMap((kind, layer) => (kind === "moe" ? [layer] : []));
    this.experts = model.experts?.count ?? 0;
    this.#rowOf = new Map(this.layers.map((layer, row) => [layer, row]));
    this.#stages = plan.stages;
    this.stageBytes = new Float64Array(plan.replicas * plan.stages);
    this.copies = new Float64Array(plan.replicas * this.layers.length * this.experts);
    this.capacity = new Float64Array(plan.replicas * this.layers.length);
    this.promptTokens = new Float64Array(plan.replicas);
    this.outputTokens = new Float64Array(plan.replicas);
  }

  /** An op has run, or ops alike have, `times`; `durationNs` [ranks]. */
  ran({ lane, kind }: Op, durationNs: Float64Array, times: number): void {
    if (lane !== NETWORK) return;
    let longest = 0;
    for (let r = 0; r < durationNs.length; r++) if (durationNs[r]! > longest) longest = durationNs[r]!;
    this.ops.add(kind, longest, times);
  }

  /** Ranks of stage number `stage` have read and written so many bytes. */
  moved(stage: number, bytes: number): void {
    this.stageBytes[stage]! += bytes;
  }

  /** A pass has routed its tokens to the experts of `layer`, on stage number `stage`. */
  routed(stage: number, layer: number, { routed, capacity }: ExpertLoad): void {
    const row = Math.floor(stage / this.#stages) * this.layers.length + this.#rowOf.get(layer)!;
    const first = row * this.experts;
    const { copies } = this;
    for (let e = 0; e < routed.length; e++) copies[first + e] = copies[first + e]! + routed[e]!;
    this.capacity[row] = this.capacity[row]! + capacity;
  }

  /** So many passes as `pass` have ended. */
  passed({ replica, phase, newTokens, outputs, decoding }: Yielding, passes: number): void {
    let put = 0;
    let prompt = 0;
    for (let g = 0; g < newTokens.length; g++) {
      put += outputs[g]!;
      if (phase === 0) prompt += newTokens[g]! - (decoding?.sequences[g] ?? 0);
    }
    this.outputTokens[replica]! += put * passes;
    this.promptTokens[replica]! += prompt * passes;
  }
}
