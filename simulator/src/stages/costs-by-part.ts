import { type Op, type OpCost, type PassAtWork, WHOLE } from "@tokenyard/program";
import type { Costs } from "./stage.ts";
import type { StageSpec } from "./stage-spec.ts";

/** Costs of micro-batches, and of their halves: beside these, communication takes its share of the GPU. */
export class CostsByPart implements Costs {
  readonly #ofWhole: Costs;
  readonly #ofHalves: Costs;

  constructor(ofWhole: Costs, ofHalves: Costs) {
    this.#ofWhole = ofWhole;
    this.#ofHalves = ofHalves;
  }

  ask(op: Op, pass: PassAtWork, stage: StageSpec, cost: OpCost): void {
    (op.part === WHOLE ? this.#ofWhole : this.#ofHalves).ask(op, pass, stage, cost);
  }
}
