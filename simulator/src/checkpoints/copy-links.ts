import { keepsByKind, keptBytes } from "@tokenyard/model";
import { keptOnStages, kvBytesPerTokenOnRank } from "@tokenyard/placement";
import { peerOf, ranksOf } from "@tokenyard/resilience";
import type { CheckpointsSpec } from "@tokenyard/scenario";
import type { PoolSetup } from "../inputs/setup.ts";

/** Durations of copies of caches to their place and back, on the rank with most layers. Source: docs/models/caches.md#checkpoints. */
export class CopyLinks {
  readonly #to: CheckpointsSpec["to"];
  readonly #setup: PoolSetup;
  /** Bytes of `tokens` tokens of a request on the fullest rank. */
  readonly #rankBytes: (tokens: number) => number;

  constructor({ to }: CheckpointsSpec, setup: PoolSetup) {
    this.#to = to;
    this.#setup = setup;
    this.#rankBytes = rankBytesOf(setup);
  }

  /** Seconds that the link takes to carry copies of `tokens` tokens away from data group `home`. */
  awaySeconds(tokens: number, home: number): number {
    const { plan, network } = this.#setup;
    const bytes = this.#rankBytes(tokens);
    return this.#to.kind === "host"
      ? bytes / this.#to.bandwidth
      : network.transferSeconds(bytes, firstOf(plan, home), firstOf(plan, peerOf(plan, home)));
  }

  /** Seconds until data group `target` has the copies of `tokens` tokens of data group `home`. */
  backSeconds(tokens: number, home: number, target: number): number {
    const { plan, network } = this.#setup;
    const bytes = this.#rankBytes(tokens);
    const to = firstOf(plan, target);
    if (this.#to.kind === "peer") {
      const peer = peerOf(plan, home);
      return peer === target ? 0 : network.transferSeconds(bytes, firstOf(plan, peer), to);
    }
    const from = firstOf(plan, home);
    const isNear = Math.floor(from / plan.gpusPerNode) === Math.floor(to / plan.gpusPerNode);
    return Math.max(bytes / this.#to.bandwidth, isNear ? 0 : network.transferSeconds(bytes, from, to));
  }

  /** Whether copies of data group `home` go over the fabric. */
  crossesFabric(home: number): boolean {
    const { plan } = this.#setup;
    if (this.#to.kind === "host") return false;
    const node = (of: number) => Math.floor(firstOf(plan, of) / plan.gpusPerNode);
    return node(home) !== node(peerOf(plan, home));
  }
}

/** Bytes of the first tokens of a request on the rank that keeps most: with the states and windows of kinds of layers, of which each copy has its own. */
function rankBytesOf({ scenario, plan }: PoolSetup): (tokens: number) => number {
  if (!keepsByKind(scenario.model)) {
    const ofToken = kvBytesPerTokenOnRank(scenario, plan);
    return (tokens) => tokens * ofToken;
  }
  const stages = keptOnStages(scenario, plan);
  return (tokens) => Math.max(...stages.map((kept) => keptBytes(kept, tokens)));
}

function firstOf(plan: PoolSetup["plan"], home: number): number {
  return ranksOf(plan, home)[0]!;
}
