import { layerKernels } from "@tokenyard/model";
import type { Executed } from "@tokenyard/numerics";
import type { Scenario } from "@tokenyard/scenario";
import type { Price } from "./op-prices.ts";

/** A price that is meant to differ from what moves, with a formula for the exact difference. */
export interface MeantDifference {
  readonly name: string;
  readonly formula: string;
  /** Amount by which an op is priced higher; undefined for other ops. `numberBytes`: bytes of one number in transit. */
  readonly of: (executed: Executed, scenario: Scenario, numberBytes: number) => Price | undefined;
}

/** Meant differences; each is documented in docs/models.md. */
export const MEANT_DIFFERENCES: readonly MeantDifference[] = [
  {
    name: "padded parts of a data group's tokens on their way",
    formula: "(a·⌈T/a⌉ − T) · d · y, (n − nodes) times inside nodes and (nodes − 1) times between them",
    of: ({ op, stage }, { model }, numberBytes) => {
      if (op.work !== "reduce-scatter" && op.work !== "all-gather") return undefined;
      const { plan, visits, wire } = stage;
      let nodeBytes = 0;
      let fabricBytes = 0;
      for (let group = 0; group < plan.dataGroups; group++) {
        const own = visits.slice(group * plan.attentionTensor, (group + 1) * plan.attentionTensor);
        const nodes = new Set(own.map(({ rank }) => wire.nodeOf(rank.id))).size;
        const bytes = padded(own[0]!.tokens.count, own.length) * model.hiddenSize * numberBytes;
        nodeBytes += (own.length - nodes) * bytes;
        fabricBytes += (nodes - 1) * bytes;
      }
      return { nodeBytes, fabricBytes, flops: 0 };
    },
  },
  {
    name: "padded parts of a data group's tokens in gate and shared experts",
    formula: "2 · (a·⌈T/a⌉ − T) · weights of the gate, or of the shared experts",
    of: ({ op, stage }, { model, cluster }) => {
      const { plan, visits } = stage;
      if (plan.sources === plan.dataGroups || (op.work !== "gate" && op.work !== "shared")) return undefined;
      const { gate, shared, sharedGate } = layerKernels(model, plan, cluster.gpu);
      const matrices = op.work === "gate" ? [gate] : [shared?.up, shared?.down, sharedGate];
      const weights = matrices.reduce((sum, matrix) => sum + (matrix === undefined ? 0 : matrix.inFeatures * matrix.outFeatures), 0);
      let flops = 0;
      for (let at = 0; at < visits.length; at += plan.attentionTensor) {
        flops += 2 * padded(visits[at]!.tokens.count, plan.attentionTensor) * weights;
      }
      return { nodeBytes: 0, fabricBytes: 0, flops };
    },
  },
];

/** Rows of equal parts over those of `count` tokens. */
function padded(count: number, ranks: number): number {
  return ranks * Math.ceil(count / ranks) - count;
}
