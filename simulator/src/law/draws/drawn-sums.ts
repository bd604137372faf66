import type { DrawnLoad } from "../../law-tables/law-node.ts";

/** Draws of all layers, each as often. */
export class DrawnSums {
  /** Sums in the order of `LawRows`. */
  readonly sums: Float64Array;
  readonly loads: DrawnLoad[] = [];
  missed = 0;
  elsewhere = 0;

  constructor(length: number) {
    this.sums = new Float64Array(length);
  }

  addAll({ sums, loads, missed, elsewhere }: DrawnSums): void {
    for (let i = 0; i < sums.length; i++) this.sums[i] = this.sums[i]! + sums[i]!;
    this.loads.push(...loads);
    this.missed += missed;
    this.elsewhere += elsewhere;
  }
}
