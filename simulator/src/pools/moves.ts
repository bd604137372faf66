import type { Ticket } from "@tokenyard/engine";

/** A cache on its way from data group `source` of the pool that prefills to `target` of the one that decodes. */
export interface Move {
  readonly slot: number;
  readonly tokens: number;
  readonly source: number;
  readonly target: number;
  readonly startNs: number;
  readonly endNs: number;
  /** Part of the move, and of the wait before it, after the first token. */
  readonly exposedNs: number;
  readonly waitNs: number;
  readonly bytes: number;
  readonly ticket: Ticket;
}

/** Network of caches. */
export interface Carrier {
  /** Moves the cache of `slot`, of `tokens` tokens, as soon as both data groups are free. */
  launch(slot: number, tokens: number, nowNs: number): Move;
  /** Marks both data groups of `move` as busy until it ends; undefined: marks all as free from now on. */
  occupy(move: Move | undefined): void;
  /** Cancels `move`; its cache waits to be moved again. */
  cancel(move: Move): void;
  /** Drops the cache of `slot`, which is not needed any more. */
  drop(slot: number): void;
  /** Counts `move`, which has ended. */
  count(move: Move): void;
}

/** Facts that moves need on the replicas of both pools: data group `home` of pool number 0, which sends, or 1, which receives. */
export interface Ends {
  /** Whether a fault has stopped the replica of data group `home`. */
  isStopped(pool: number, home: number): boolean;
  /** A move waits for its replica, which is stopped, since `nowNs`. */
  stalled(pool: number, home: number, nowNs: number): void;
}

/** Moves that faults may break off: the cache goes again, from its start, once both replicas serve. Source: docs/faults.md#pools. */
export class Moves {
  readonly #carrier: Carrier;
  readonly #ends: Ends;
  /** By slot, in the order in which they were launched. */
  readonly #underWay = new Map<number, Move>();
  /** By slot, in the order in which they began to wait for a replica: their ends. */
  readonly #held = new Map<number, Pick<Move, "slot" | "tokens" | "source" | "target">>();

  constructor(carrier: Carrier, ends: Ends) {
    this.#carrier = carrier;
    this.#ends = ends;
  }

  /** Starts the move of the cache of `slot` to data group `target`, which has room for it. */
  start(slot: number, tokens: number, source: number, target: number, nowNs: number): void {
    if (this.#waits({ source, target })) this.#hold({ slot, tokens, source, target }, nowNs);
    else this.#underWay.set(slot, this.#carrier.launch(slot, tokens, nowNs));
  }

  /** The cache of `slot` is there. */
  end(slot: number): void {
    this.#carrier.count(this.#underWay.get(slot)!);
    this.#underWay.delete(slot);
  }

  /** Replicas have been stopped: moves from or to them are interrupted, and later ones start sooner. */
  breakOff(nowNs: number): void {
    const broken = [...this.#underWay.values()].filter((move) => move.endNs > nowNs && this.#waits(move));
    for (const move of broken) {
      this.#stop(move);
      this.#hold(move, nowNs);
    }
    if (broken.length > 0) this.#hurry(nowNs);
  }

  /** A replica serves again: moves that waited for it start, in the order in which they began to wait. */
  resume(nowNs: number): void {
    for (const { slot, tokens, source, target } of [...this.#held.values()]) {
      if (this.#waits({ source, target })) continue;
      this.#held.delete(slot);
      this.#underWay.set(slot, this.#carrier.launch(slot, tokens, nowNs));
    }
  }

  /** The cache of `slot` is not needed any more. */
  drop(slot: number, nowNs: number): void {
    this.recall(slot, nowNs);
    this.#carrier.drop(slot);
  }

  /** The cache of `slot` does not go where it was to. */
  recall(slot: number, nowNs: number): void {
    this.#held.delete(slot);
    const move = this.#underWay.get(slot);
    if (move === undefined) return;
    this.#stop(move);
    this.#hurry(nowNs);
  }

  #waits({ source, target }: Pick<Move, "source" | "target">): boolean {
    return this.#ends.isStopped(0, source) || this.#ends.isStopped(1, target);
  }

  /** `move` waits until both replicas serve. */
  #hold(move: Pick<Move, "slot" | "tokens" | "source" | "target">, nowNs: number): void {
    this.#held.set(move.slot, move);
    for (const [pool, home] of [move.source, move.target].entries())
      if (this.#ends.isStopped(pool, home)) this.#ends.stalled(pool, home, nowNs);
  }

  #stop(move: Move): void {
    this.#carrier.cancel(move);
    this.#underWay.delete(move.slot);
  }

  /** Moves that have not begun are launched again, in their order, after those that have. */
  #hurry(nowNs: number): void {
    const all = [...this.#underWay.values()];
    this.#carrier.occupy(undefined);
    for (const move of all) if (move.startNs <= nowNs) this.#carrier.occupy(move);
    for (const move of all) {
      if (move.startNs <= nowNs) continue;
      this.#stop(move);
      this.#underWay.set(move.slot, this.#carrier.launch(move.slot, move.tokens, nowNs));
    }
  }
}
