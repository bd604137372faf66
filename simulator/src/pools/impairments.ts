import { layerKinds } from "@tokenyard/model";
import type { ExpertPlacement } from "@tokenyard/placement";
import { lossPolicyOf } from "@tokenyard/resilience";
import type { Gate } from "../experts/gate.ts";
import type { PoolSetup } from "../inputs/setup.ts";
import type { Recorder } from "../logs/recorder.ts";
import { type Slowdown, shapeOf } from "../programs/shape.ts";
import type { Stage } from "../stages/stage.ts";

/** Lost parts without which a replica runs. */
interface Missing {
  /** Ranks, numbered from its first. */
  readonly lost: ReadonlySet<number>;
  /** By layer: slots of other ranks, numbered as at the start. */
  readonly lostSlots: ReadonlyMap<number, ReadonlySet<number>>;
  /** By stage that lacks any: where its experts are, if none have moved. */
  readonly placements: ReadonlyMap<number, ExpertPlacement>;
}

/** Impairments of a pool's replicas: each may be stopped, short of ranks, slow, or cut off between its ranks. */
export class Impairments {
  readonly #plan: PoolSetup["plan"];
  /** [replicas × stages] */
  readonly #stages: readonly Stage[];
  readonly #gate: Gate;
  readonly #recorder: Recorder;
  /** [replicas] 1: it computes nothing, whatever there is to compute */
  readonly isStopped: Uint8Array;
  /** [stages] layers with experts */
  readonly #withExperts: readonly (readonly number[])[];
  /** [replicas × stages] placement of its experts, for a replica with missing ranks, or slots */
  readonly #placements: (ExpertPlacement | undefined)[] = [];
  /** [replicas] instants at which ranks become slow, or recover, falling */
  readonly #turns: number[][];
  /** [replicas] 1 if tokens of some stage stay on their ranks */
  readonly isLocal: Uint8Array;

  /** Whether experts of lost ranks are loaded elsewhere. */
  readonly #reloads: boolean;

  constructor({ plan, scenario }: PoolSetup, stages: readonly Stage[], gate: Gate, recorder: Recorder) {
    this.#plan = plan;
    this.#stages = stages;
    this.#gate = gate;
    this.#recorder = recorder;
    this.#reloads = scenario.health !== undefined && lossPolicyOf(scenario.health.onLoss).reloads;
    this.isStopped = new Uint8Array(plan.replicas);
    this.#turns = Array.from({ length: plan.replicas }, () => []);
    const kinds = layerKinds(scenario.model);
    this.#withExperts = plan.layersOfStage.map((layers) => layers.filter((layer) => kinds[layer] === "moe"));
    this.isLocal = new Uint8Array(plan.replicas);
  }

  /** Stops `replica`, which computes nothing from now on. */
  stop(replica: number): void {
    this.isStopped[replica] = 1;
  }

  /** Resumes the replica, which was down since `sinceNs`. */
  resume(replica: number, sinceNs: number, nowNs: number): void {
    this.isStopped[replica] = 0;
    this.down(replica, sinceNs, nowNs);
  }

  /** From `nowNs` on `replica` runs without what is `missing`. */
  reshape(replica: number, { lost, lostSlots, placements }: Missing, nowNs: number): void {
    const { stages, ranksPerStage } = this.#plan;
    const isReduced = lost.size > 0 || placements.size > 0;
    for (let s = 0; s < stages; s++) {
      const stage = this.#stages[replica * stages + s]!;
      this.#gate.reshape(stage.spec.id, placements.get(s));
      this.#gate.rebalancer?.reshape(stage.spec.id, this.#expertsRanksOf(lost, s), lostSlots, this.#reloads);
      for (let r = 0; r < ranksPerStage; r++) this.#recorder.downs.leave(stage, r, lost.has(s * ranksPerStage + r), nowNs);
      this.#placements[replica * stages + s] = placements.get(s);
      const gone = Uint8Array.from({ length: ranksPerStage }, (_, r) => (lost.has(s * ranksPerStage + r) ? 1 : 0));
      this.#shape(stage, isReduced ? gone : undefined, stage.shape?.slowdown);
    }
  }

  /** Discards cached experts of `ranks` of `replica`, numbered through all replicas, or of all its ranks. */
  forgetExperts(replica: number, ranks?: readonly number[]): void {
    const { caches } = this.#gate;
    const { stages, ranksPerStage, tensor } = this.#plan;
    const count = stages * ranksPerStage;
    const all = () => Array.from({ length: count }, (_, rank) => replica * count + rank);
    for (const rank of caches === undefined ? [] : (ranks ?? all()))
      caches!.forget(Math.floor(rank / ranksPerStage), Math.floor((rank % ranksPerStage) / tensor));
  }

  /** Slows down, by lane, the ops of passes that come to stages of `replica` from now on [ranks of the replica]; undefined: full speed. */
  slow(replica: number, slowdown: Slowdown | undefined): void {
    const { stages, ranksPerStage } = this.#plan;
    for (let s = 0; s < stages; s++) {
      const of = (factors: Float64Array) => factors.subarray(s * ranksPerStage, (s + 1) * ranksPerStage);
      const stage = this.#stages[replica * stages + s]!;
      this.#shape(stage, stage.shape?.gone, slowdown && [of(slowdown[0]), of(slowdown[1])]);
    }
  }

  /** Ranks of `replica` will become slow, or recover, at these instants. */
  foreseeSlow(replica: number, turnsNs: readonly number[]): void {
    this.#turns[replica] = turnsNs.toSorted((a, b) => b - a);
  }

  /** When that happens next after `nowNs`, which never falls; Infinity if none is known. */
  nextSlowNs(replica: number, nowNs: number): number {
    const turns = this.#turns[replica]!;
    while (turns.length > 0 && turns.at(-1)! <= nowNs) turns.pop();
    return turns.at(-1) ?? Number.POSITIVE_INFINITY;
  }

  /**
   * In passes that come to stages of `replica` at positions `local` from now on tokens go to experts on their own ranks only; on the others
   * to all.
   */
  stayLocal(replica: number, local: ReadonlySet<number>): void {
    const { stages } = this.#plan;
    for (let s = 0; s < stages; s++) this.#stages[replica * stages + s]!.isLocal = local.has(s);
    this.isLocal[replica] = local.size > 0 ? 1 : 0;
  }

  /** The experts' ranks of stage `s` that `lost` ranks of its replica are of. */
  #expertsRanksOf(lost: ReadonlySet<number>, s: number): ReadonlySet<number> {
    const { ranksPerStage, tensor } = this.#plan;
    const own = [...lost].filter((rank) => Math.floor(rank / ranksPerStage) === s);
    return new Set(own.map((rank) => Math.floor((rank % ranksPerStage) / tensor)));
  }

  #shape(stage: Stage, gone: Uint8Array | undefined, slowdown: Slowdown | undefined): void {
    const { id, position } = stage.spec;
    stage.shape = shapeOf(gone, this.#placements[id], this.#withExperts[position]!, slowdown);
  }

  /** Records that `replica` was down from `fromNs` to `toNs`. */
  down(replica: number, fromNs: number, toNs: number): void {
    const { stages } = this.#plan;
    for (let s = 0; s < stages; s++) this.#recorder.downs.down(this.#stages[replica * stages + s]!, fromNs, toNs);
  }
}
