import { isOfDraft, type Op, type OpCost, type PassAtWork, WHOLE } from "@tokenyard/program";
import type { StageSpec } from "../programs/stage-spec.ts";

/** Costs of the ops of a stage. */
export interface Costs {
  /**
   * Fills `cost` with the costs of `op` of `pass`, a micro-batch's or its half's, on the ranks of `stage`. Called when the op is launched.
   */
  ask(op: Op, pass: PassAtWork, stage: StageSpec, cost: OpCost): void;
}

/** Costs of micro-batches, of their halves, beside which communication occupies its share of the GPU, and of drafts. */
export class CostsByPart implements Costs {
  readonly #ofWhole: Costs;
  readonly #ofHalves: Costs;
  readonly #ofDraft: Costs | undefined;

  constructor(ofWhole: Costs, ofHalves: Costs, ofDraft?: Costs) {
    this.#ofWhole = ofWhole;
    this.#ofHalves = ofHalves;
    this.#ofDraft = ofDraft;
  }

  ask(op: Op, pass: PassAtWork, stage: StageSpec, cost: OpCost): void {
    (op.part === WHOLE ? this.#ofWhole : isOfDraft(op) ? this.#ofDraft! : this.#ofHalves).ask(op, pass, stage, cost);
  }
}
