import { nsFromSeconds } from "@tokenyard/engine";
import { type KeptBytes, keepsByKind, keptBytes, keptOf } from "@tokenyard/model";
import { Histogram, type TransferColumns } from "@tokenyard/report";
import type { TransferCounts } from "../counts/transfer-counts.ts";
import type { PoolSetup } from "../inputs/setup.ts";
import { type DownTimes, endAfter, joined } from "../programs/links/down-times.ts";
import type { Timeline } from "../timeline/timeline.ts";
import { type Carrier, type Ends, type Move, Moves } from "./moves.ts";
import type { TransferEnded } from "./pool-event.ts";

/** Bytes in one layer that a rank sends or receives, of one token, or of a whole request. */
interface Share {
  readonly source: number;
  readonly target: number;
}

/**
 * Caches on their way from the data group that computed a prompt to the one that decodes. All ranks of both take part; the slowest decides. A
 * data group sends, or receives, one cache after the other. Source: docs/models/caches.md#pools.
 */
export class Transfers implements Carrier {
  readonly #from: PoolSetup;
  readonly #to: PoolSetup;
  readonly #byLayer: boolean;
  /** Set-up time of a connector before each cache. */
  readonly #setupNs: number;
  readonly #share: Share;
  /** Share by tokens of a request, for a model whose layers keep more than tokens. */
  readonly #shareBy: ((tokens: number) => Share) | undefined;
  readonly #layers: { readonly source: number; readonly target: number; readonly all: number };
  readonly #timeline: Timeline<TransferEnded>;
  /** [data groups of all replicas] time when each has sent, or received, its current cache */
  readonly #sentNs: Float64Array;
  readonly #receivedNs: Float64Array;
  /** By slot: when the first token was emitted, and when the first layer of the request's last pass ended. */
  #firstTokenNs = new Float64Array(64);
  #readyNs = new Float64Array(64);
  readonly #ns = new Histogram();
  readonly #waitNs = new Histogram();
  #bytes = 0;
  /** Counts, if transfers are sampled. */
  readonly counts: TransferCounts | undefined;
  /** Moves that faults may interrupt. */
  moves: Moves | undefined;
  /** By pool, [data groups of all replicas] times in which links of its ranks are down so briefly that transfers only wait. */
  downs: readonly (readonly (DownTimes | undefined)[])[] | undefined;

  constructor(from: PoolSetup, to: PoolSetup, timeline: Timeline<TransferEnded>, counts?: TransferCounts) {
    const { model, serving } = from.scenario;
    this.#from = from;
    this.#to = to;
    this.counts = counts;
    this.#timeline = timeline;
    this.#byLayer = serving.kvTransfer?.kind === "by-layer";
    this.#setupNs = nsFromSeconds(serving.kvTransfer?.setup ?? 0);
    this.#share = shareOf(from, to, ({ token, windows }) => windows.reduce((sum, window) => sum + window.token, token)); // a block holds the tokens of all layers
    this.#shareBy = keepsByKind(model) ? (tokens) => shareOf(from, to, (kept) => keptBytes(kept, tokens)) : undefined;
    this.#layers = { source: mostLayers(from), target: mostLayers(to), all: model.layers };
    this.#sentNs = new Float64Array(from.plan.replicas * from.plan.dataGroups);
    this.#receivedNs = new Float64Array(to.plan.replicas * to.plan.dataGroups);
  }

  /** The first token of `slot` is out now, of a pass that took `passNs`. */
  announce(slot: number, nowNs: number, passNs: number): void {
    while (slot >= this.#readyNs.length) this.#grow();
    this.#firstTokenNs[slot] = nowNs;
    this.counts?.announced(slot, nowNs);
    this.#readyNs[slot] = this.#byLayer ? nowNs - Math.floor(passNs * (1 - 1 / this.#layers.all)) : nowNs;
  }

  /** Faults may stop replicas, as `ends` says. */
  mayBreak(ends: Ends): Moves {
    this.moves = new Moves(this, ends);
    return this.moves;
  }

  /** Starts the transfer of the cache of `slot`, of `tokens` tokens, for which there is room since `nowNs`. */
  start(slot: number, tokens: number, nowNs: number): void {
    if (this.moves === undefined) {
      this.count(this.launch(slot, tokens, nowNs));
      return;
    }
    this.moves.start(slot, tokens, this.#from.scheduler.handover!.homeOf(slot), this.#to.scheduler.handover!.homeOf(slot), nowNs);
  }

  /** The cache of `slot` is there now. */
  end(slot: number, nowNs: number): void {
    this.moves?.end(slot);
    this.counts?.ended(slot, nowNs);
  }

  launch(slot: number, tokens: number, nowNs: number): Move {
    const source = this.#from.scheduler.handover!.homeOf(slot);
    const target = this.#to.scheduler.handover!.homeOf(slot);
    const firstTokenNs = this.#firstTokenNs[slot]!;
    const readyNs = nowNs > firstTokenNs ? nowNs : this.#readyNs[slot]!; // there was no rank to receive it before
    const startNs = Math.max(readyNs, this.#sentNs[source]!, this.#receivedNs[target]!);
    const wholeNs = this.#setupNs + this.#durationNs(tokens, this.#layers.source, this.#layers.target);
    const lastLayerNs = firstTokenNs + this.#durationNs(tokens, 1, 1);
    const upNs = Math.max(startNs + wholeNs, lastLayerNs, nowNs);
    const downs = this.downs && joined([this.downs[0]![source], this.downs[1]![target]]);
    const endNs = downs === undefined ? upNs : endAfter(downs, startNs, upNs);
    const exposedNs = endNs - Math.max(startNs, firstTokenNs);
    const waitNs = endNs - exposedNs - firstTokenNs;
    const { target: received } = this.#shareBy?.(tokens) ?? this.#share;
    const bytes = this.#units(tokens) * received * this.#to.plan.attentionTensor * this.#layers.all;
    this.counts?.starts(slot, endNs - exposedNs, bytes);
    const ticket = this.#timeline.schedule(endNs, { kind: "transfer-ended", pool: 0, slot, ns: exposedNs });
    const move = { slot, tokens, source, target, startNs, endNs, exposedNs, waitNs, bytes, ticket };
    this.occupy(move);
    return move;
  }

  occupy(move: Move | undefined): void {
    if (move === undefined) {
      this.#sentNs.fill(0);
      this.#receivedNs.fill(0);
      return;
    }
    this.#sentNs[move.source] = move.endNs;
    this.#receivedNs[move.target] = move.endNs;
  }

  cancel({ slot, ticket }: Move): void {
    this.#timeline.cancel(ticket);
    this.counts?.waits(slot);
  }

  drop(slot: number): void {
    this.counts?.drop(slot);
  }

  count({ exposedNs, waitNs, bytes }: Move): void {
    this.#ns.add(exposedNs, 1);
    this.#waitNs.add(waitNs, 1);
    this.#bytes += bytes;
  }

  columns(): TransferColumns {
    return { bytes: this.#bytes, ns: this.#ns.columns(), waitNs: this.#waitNs.columns() };
  }

  /** Duration for `tokens` in these layers of the sending and the receiving rank: the longer of both. */
  #durationNs(tokens: number, sourceLayers: number, targetLayers: number): number {
    const { source, target } = this.#shareBy?.(tokens) ?? this.#share;
    const bytes = this.#units(tokens) * Math.max(source * sourceLayers, target * targetLayers);
    const receiver = this.#from.plan.nodes * this.#from.plan.gpusPerNode; // the pools have nodes of their own
    return nsFromSeconds(this.#from.network.transferSeconds(bytes, 0, receiver));
  }

  /** How often a share goes: for each token, or once for all that a request has. */
  #units(tokens: number): number {
    return this.#shareBy === undefined ? tokens : 1;
  }

  #grow(): void {
    const length = 2 * this.#readyNs.length;
    const grownColumn = (column: Float64Array<ArrayBuffer>) => {
      const into = new Float64Array(length);
      into.set(column);
      return into;
    };
    this.#firstTokenNs = grownColumn(this.#firstTokenNs);
    this.#readyNs = grownColumn(this.#readyNs);
  }
}

/** Mean shares of a layer. If ranks hold the same KV head, each sends its part; every receiving rank gets all heads that it holds. */
function shareOf(from: PoolSetup, to: PoolSetup, bytesOf: (kept: KeptBytes) => number): Share {
  const { model } = from.scenario;
  const held = (tensor: number, context: number) => bytesOf(keptOf(model, tensor, context)) / model.layers;
  const ofAll = held(1, 1);
  if (ofAll === 0) return { source: 0, target: 0 };
  const [sent, received] = [from, to].map(({ plan }) => held(plan.attentionTensor, plan.context)) as [number, number];
  const copies = (own: number, { plan }: PoolSetup) => (own * plan.attentionTensor) / ofAll;
  return { source: (sent * copies(received, to)) / copies(sent, from), target: received };
}

function mostLayers({ plan }: PoolSetup): number {
  return Math.max(...plan.layersOfStage.map((layers) => layers.length));
}
