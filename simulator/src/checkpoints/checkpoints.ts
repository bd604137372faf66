import { nsFromSeconds } from "@tokenyard/engine";
import { keepsByKind, keptOf, pinnedOf } from "@tokenyard/model";
import type { CheckpointColumns } from "@tokenyard/report";
import { type Fault, peerOf, ranksOf } from "@tokenyard/resilience";
import type { CheckpointsSpec } from "@tokenyard/scenario";
import type { Recovery } from "@tokenyard/serving";
import type { PoolSetup } from "../inputs/setup.ts";
import { CopyLinks } from "./copy-links.ts";

/** Copies of the caches of sequences, and loads from them. Source: docs/models/caches.md#checkpoints. */
export class Checkpoints {
  readonly #spec: CheckpointsSpec;
  readonly #setup: PoolSetup;
  readonly #recovery: Recovery;
  readonly #links: CopyLinks;
  /** Bytes of states and windows of some layers in each copy, over all layers. */
  readonly #pinnedBytes: number;
  /** [data groups of all replicas] instants until which the store of each is sending, and each is receiving */
  readonly #sentNs: Float64Array;
  readonly #receivedNs: Float64Array;
  /** By slot: the data group from whose copies the request continues, and when its store has sent them. */
  readonly #source: number[] = [];
  readonly #readyNs: number[] = [];
  /** Requests that loaded copies, their tokens, and how long these took. */
  readonly restored = { requests: 0, tokens: 0, ns: 0 };

  constructor(spec: CheckpointsSpec, setup: PoolSetup) {
    const homes = setup.plan.replicas * setup.plan.dataGroups;
    this.#spec = spec;
    this.#setup = setup;
    this.#recovery = setup.scheduler.recovery!;
    this.#links = new CopyLinks(spec, setup);
    const { model } = setup.scenario;
    this.#pinnedBytes = keepsByKind(model) ? pinnedOf(keptOf(model, 1), spec.every) : 0;
    this.#sentNs = new Float64Array(homes);
    this.#receivedNs = new Float64Array(homes);
  }

  /** Tokens of `slot` that are copied, and whose copies outlast `outages` and the loss of the data groups `cleared`, of which its own is one. */
  tokensOf(slot: number, outages: readonly Loss[], cleared: readonly number[]): number {
    const { every } = this.#spec;
    const tokens = Math.floor(this.#recovery.settledTokens(slot) / every) * every;
    return tokens > 0 && isKept(this.#spec, this.#setup, this.#recovery.homeOf(slot), outages, cleared) ? tokens : 0;
  }

  /** `slot`, which was in data group `home` and waits in another, or again in the same, continues from `tokens` copied tokens. */
  send(slot: number, home: number, tokens: number, nowNs: number): void {
    const target = this.#recovery.homeOf(slot);
    const ns = nsFromSeconds(this.#links.backSeconds(tokens, home, target));
    this.#recovery.restore(slot, tokens);
    this.#sentNs[home] = Math.max(nowNs, this.#sentNs[home]!) + ns;
    this.#source[slot] = home;
    this.#readyNs[slot] = this.#sentNs[home]!;
  }

  /** Begins to load the copied `tokens` of `slot`, for which there is room now. Returns when they have arrived. */
  load(slot: number, tokens: number, nowNs: number): number {
    const target = this.#recovery.homeOf(slot);
    const ns = nsFromSeconds(this.#links.backSeconds(tokens, this.#source[slot]!, target));
    const endNs = Math.max(this.#readyNs[slot]!, Math.max(nowNs, this.#receivedNs[target]!) + ns);
    this.#receivedNs[target] = endNs;
    this.restored.requests++;
    this.restored.tokens += tokens;
    this.restored.ns += endNs - nowNs;
    return endNs;
  }

  /** Tokens that were copied of sequences that have left `replica`. */
  copiedTokens(replica: number): number {
    const { dataGroups } = this.#setup.plan;
    let tokens = 0;
    for (let home = replica * dataGroups; home < (replica + 1) * dataGroups; home++) tokens += this.#recovery.copiedTokens(home);
    return tokens;
  }

  /** Bytes of `tokens` copied tokens, over all layers: with the states and windows of some layers, of which each copy has its own. */
  bytesOf(tokens: number): number {
    return tokens * this.#setup.facts.kvBytesPerToken + (tokens / this.#spec.every) * this.#pinnedBytes;
  }

  columns(): CheckpointColumns {
    const { every } = this.#spec;
    const homes = [...this.#sentNs.keys()];
    const tokens = homes.map((home) => this.#recovery.copiedTokens(home));
    const bytesOf = (home: number) => this.bytesOf(tokens[home]!);
    const seconds = homes.map((home) => (tokens[home]! / every) * this.#links.awaySeconds(every, home));
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    const { kind } = this.#spec.to;
    return {
      copiedTokens: sum(tokens),
      copiedBytes: sum(homes.map(bytesOf)),
      fabricBytes: sum(homes.filter((home) => this.#links.crossesFabric(home)).map(bytesOf)),
      nodeBytes: kind === "host" ? 0 : sum(homes.filter((home) => !this.#links.crossesFabric(home)).map(bytesOf)),
      busiestLinkNs: Math.max(...seconds) * 1e9,
      restored: { ...this.restored },
    };
  }
}

/** Sums of the checkpoint columns of all pools. */
export function checkpointColumns(each: readonly CheckpointColumns[]): CheckpointColumns {
  const sum = (of: (columns: CheckpointColumns) => number) => each.reduce((total, columns) => total + of(columns), 0);
  return {
    copiedTokens: sum(({ copiedTokens }) => copiedTokens),
    copiedBytes: sum(({ copiedBytes }) => copiedBytes),
    fabricBytes: sum(({ fabricBytes }) => fabricBytes),
    nodeBytes: sum(({ nodeBytes }) => nodeBytes),
    busiestLinkNs: Math.max(...each.map(({ busiestLinkNs }) => busiestLinkNs)),
    restored: {
      requests: sum(({ restored }) => restored.requests),
      tokens: sum(({ restored }) => restored.tokens),
      ns: sum(({ restored }) => restored.ns),
    },
  };
}

/** A fault on `ranks` of a replica, which may be over. */
export interface Loss {
  readonly of: Fault;
  readonly ranks: readonly number[];
  readonly isOpen: boolean;
}

/**
 * Whether copies of data group `home` are there while `outages` are open and the data groups `cleared` lose their memory: those on its hosts unless a node
 * is gone, those on a peer unless it is.
 */
export function isKept({ to }: CheckpointsSpec, { plan }: PoolSetup, home: number, outages: readonly Loss[], cleared: readonly number[]) {
  const isHost = to.kind === "host";
  const store = isHost ? home : peerOf(plan, home);
  if (!isHost && cleared.includes(store)) return false;
  const ranks = ranksOf(plan, store);
  return !outages.some(
    ({ isOpen, of, ranks: struck }) =>
      isOpen && of.slot === undefined && of.slows === undefined && (!isHost || of.withNode) && struck.some((rank) => ranks.includes(rank)),
  );
}
