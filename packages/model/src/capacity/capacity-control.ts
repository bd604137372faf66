import type { RoutingSpec } from "@tokenyard/scenario";
import type { Fates } from "./overflow.ts";

/** Micro-batches that may be lossless on credit, and after which a loss is forgiven at the latest. */
const MEMORY = 16;

/**
 * Moves the capacity factor of each layer of a stage between its bounds so that at most a given share of the copies is lost in the mean:
 * losses beyond the share are a debt. While there is debt, each micro-batch raises the factor by a step; at the largest credit, it lowers
 * it by a step. Source: docs/models/capacity.md#dynamic-capacity.
 */
export class CapacityControl {
  /** Capacity factors that the control steps through, rising. */
  readonly #factors: readonly number[];
  readonly #dropped: number;
  /** [keys] index of the factor of each layer of each stage */
  readonly #levels = new Map<number, number>();
  /** [keys] sum of the lost shares beyond the allowed one, within ± MEMORY times that */
  readonly #owed = new Map<number, number>();

  constructor(from: number, { to, dropped, step }: NonNullable<RoutingSpec["capacityControl"]>) {
    const count = Math.floor((to - from) / step + 1e-9);
    const between = Array.from({ length: count + 1 }, (_, i) => decimal(from + i * step));
    this.#factors = between.at(-1)! < to ? [...between, to] : between;
    this.#dropped = dropped;
  }

  /** The factor of the layer of a stage with this key. */
  factor(key: number): number {
    return this.#factors[this.#levels.get(key) ?? 0]!;
  }

  /** Records the fates of the `routed` copies of a micro-batch for `key`. */
  observe(key: number, routed: number, { dropped, masked }: Fates): void {
    if (routed === 0) return;
    const most = MEMORY * this.#dropped;
    const owed = Math.max(-most, Math.min(most, (this.#owed.get(key) ?? 0) + (dropped + masked) / routed - this.#dropped));
    const level = this.#levels.get(key) ?? 0;
    this.#owed.set(key, owed);
    if (owed > 0) this.#levels.set(key, Math.min(this.#factors.length - 1, level + 1));
    else if (owed === -most) this.#levels.set(key, Math.max(0, level - 1));
  }
}

/** The number as it is written: 1.1 and not 1.1000000000000001. */
function decimal(value: number): number {
  return Number(value.toFixed(9));
}
