import { bytesOf, precisionsOf } from "@tokenyard/model";
import type { Executed } from "@tokenyard/numerics";
import { exchangeFormats, type Plan } from "@tokenyard/placement";
import { isOfLoad, type Work } from "@tokenyard/program";
import type { Scenario } from "@tokenyard/scenario";
import { MEANT_DIFFERENCES } from "./meant-differences.ts";
import { OpPrices, type Price } from "./op-prices.ts";

/** Ops of one kind: numbers moved and multiplied, the simulator's prices, and their difference, which is a fault. */
export interface CountedWork {
  readonly work: string;
  ops: number;
  movedBytes: number;
  pricedBytes: number;
  /** Bytes of the price that are meant to differ. */
  meantBytes: number;
  flops: number;
  pricedFlops: number;
  meantFlops: number;
  /** Ops that are not compared, as their price is an estimate of means. */
  notCompared: number;
  /** Ops whose counts are not their prices, apart from meant differences; and the first of them. */
  wrong: number;
  first?: string;
}

/** Counts what ops move and multiply, and compares it with the simulator's prices. */
export class WorkCounter {
  readonly #scenario: Scenario;
  readonly #plan: Plan;
  readonly #prices: OpPrices;
  readonly #counted = new Map<string, CountedWork>();
  /** Meant differences that occurred, with their bytes and FLOPs. */
  readonly meant = new Map<string, { readonly formula: string; bytes: number; flops: number }>();

  constructor(scenario: Scenario, plan: Plan) {
    this.#scenario = scenario;
    this.#plan = plan;
    this.#prices = new OpPrices(scenario, plan);
  }

  add(executed: Executed): void {
    const { op, stage } = executed;
    const counted = this.#of(op.work);
    const bytes = numberBytes(this.#scenario, this.#plan, op.work);
    const flops = 2 * executed.multiplyAdds;
    counted.ops++;
    counted.movedBytes += (executed.node + executed.fabric) * bytes;
    counted.flops += flops;
    if (isOfLoad(op.work) && isEstimated(executed)) {
      counted.notCompared++;
      return;
    }
    const price = this.#prices.of(executed);
    const meant = this.#meant(executed, bytes);
    counted.pricedBytes += price.nodeBytes + price.fabricBytes;
    counted.pricedFlops += price.flops;
    counted.meantBytes += meant.nodeBytes + meant.fabricBytes;
    counted.meantFlops += meant.flops;
    const offNode = price.nodeBytes - meant.nodeBytes - executed.node * bytes;
    const offFabric = price.fabricBytes - meant.fabricBytes - executed.fabric * bytes;
    const offFlops = price.flops - meant.flops - flops;
    if (isZero(offNode, price.nodeBytes) && isZero(offFabric, price.fabricBytes) && isZero(offFlops, price.flops)) return;
    counted.wrong++;
    counted.first ??= `layer ${op.layer} of stage ${stage.position}: priced ${price.nodeBytes} bytes in nodes, ${price.fabricBytes} between them and ${price.flops} FLOPs; counted ${executed.node * bytes}, ${executed.fabric * bytes} and ${flops}`;
  }

  counted(): CountedWork[] {
    return [...this.#counted.values()].sort((a, b) => (a.work < b.work ? -1 : 1));
  }

  #of(work: Work): CountedWork {
    const counted = this.#counted.get(work) ?? {
      work,
      ops: 0,
      movedBytes: 0,
      pricedBytes: 0,
      meantBytes: 0,
      flops: 0,
      pricedFlops: 0,
      meantFlops: 0,
      notCompared: 0,
      wrong: 0,
    };
    this.#counted.set(work, counted);
    return counted;
  }

  #meant(executed: Executed, bytes: number): Price {
    const sum = { nodeBytes: 0, fabricBytes: 0, flops: 0 };
    for (const { name, formula, of } of MEANT_DIFFERENCES) {
      const difference = of(executed, this.#scenario, bytes);
      if (difference === undefined) continue;
      sum.nodeBytes += difference.nodeBytes;
      sum.fabricBytes += difference.fabricBytes;
      sum.flops += difference.flops;
      const all = this.meant.get(name) ?? { formula, bytes: 0, flops: 0 };
      this.meant.set(name, all);
      all.bytes += difference.nodeBytes + difference.fabricBytes;
      all.flops += difference.flops;
    }
    return sum;
  }
}

/**
 * True if copies of an expert are dealt evenly, in shares; or if tokens that cross to a node once go to experts with ranks on several
 * nodes, whose visits are counted by the first of these ranks.
 */
function isEstimated({ op, stage }: Executed): boolean {
  const { plan, visits, wire, visitsOnce } = stage;
  if (plan.expertPlacement!.slots(op.layer).hasCopies) return true;
  return (
    visitsOnce && visits.some(({ rank }) => wire.nodeOf(rank.id) !== wire.nodeOf(visits[rank.local - (rank.local % plan.tensor)]!.rank.id))
  );
}

/** Prices are in grains (docs/models/kernels.md#grains): of whole rows they are exact, but for their last digits. */
function isZero(off: number, price: number): boolean {
  return Math.abs(off) <= 1e-9 * Math.max(1, price);
}

/** Bytes of one number that an op carries. */
function numberBytes(scenario: Scenario, plan: Plan, work: Work): number {
  const { dispatch, combine } = exchangeFormats(scenario, plan);
  switch (work) {
    case "dispatch":
    case "gather-tokens":
    case "gather-copies":
      return bytesOf(dispatch);
    case "combine":
    case "scatter-tokens":
    case "scatter-copies":
      return bytesOf(combine);
    default:
      return bytesOf(precisionsOf(scenario.model).collectives);
  }
}
