import type { RoutingSpec } from "@tokenyard/scenario";
import type { Fates } from "./overflow.ts";

/**
 * Moves the capacity factor of each layer of a stage between its bounds so that few copies are lost: by a step up after a micro-batch that lost more
 * than the share that is allowed, by a step down after one that lost less than half of it. Source: docs/models.md#dynamic-capacity.
 */
export class CapacityControl {
  /** The factors that it goes through, rising. */
  readonly #factors: readonly number[];
  readonly #dropped: number;
  /** [keys] where each layer of each stage stands */
  readonly #levels = new Map<number, number>();

  constructor(from: number, { to, dropped, step }: NonNullable<RoutingSpec["capacityControl"]>) {
    const count = Math.floor((to - from) / step + 1e-9);
    const between = Array.from({ length: count + 1 }, (_, i) => decimal(from + i * step));
    this.#factors = between.at(-1)! < to ? [...between, to] : between;
    this.#dropped = dropped;
  }

  /** The factor of the layer of a stage that `key` stands for. */
  factor(key: number): number {
    return this.#factors[this.#levels.get(key) ?? 0]!;
  }

  /** What became of the `routed` copies of a micro-batch there. */
  tell(key: number, routed: number, { dropped, masked }: Fates): void {
    if (routed === 0) return;
    const level = this.#levels.get(key) ?? 0;
    const lost = (dropped + masked) / routed;
    if (lost > this.#dropped) this.#levels.set(key, Math.min(this.#factors.length - 1, level + 1));
    else if (lost < this.#dropped / 2) this.#levels.set(key, Math.max(0, level - 1));
  }
}

/** As it is written: 1.1 and not 1.1000000000000001. */
function decimal(value: number): number {
  return Number(value.toFixed(9));
}
