import { expertCapacity, type Overflow, type TokenRouter } from "@tokenyard/model";
import type { ExpertPlacement } from "@tokenyard/placement";
import type { StageLinks } from "@tokenyard/program";
import type { Scenario } from "@tokenyard/scenario";
import type { PoolSetup } from "../setup/setup.ts";
import type { PassWork } from "./pass-work.ts";

/** Draws which experts the tokens of a pass go to, layer by layer, from streams of their own. */
export class Gate {
  readonly #scenario: Scenario;
  readonly #router: TokenRouter | undefined;
  readonly #overflow: Overflow;
  readonly #placement: ExpertPlacement | undefined;
  /** [stages of all replicas] */
  readonly #links: readonly StageLinks[];

  constructor({ scenario, router, overflow, plan }: PoolSetup, links: readonly StageLinks[]) {
    this.#scenario = scenario;
    this.#router = router;
    this.#overflow = overflow;
    this.#placement = plan.expertPlacement;
    this.#links = links;
  }

  /** Of `layer`, for a pass on stage number `stage`: once, so that a gate that was broken off sends its tokens to the same experts again. */
  draw(layer: number, stage: number, { load, draws, scheduled }: PassWork): void {
    if (load!.layer === layer) return;
    const { model, routing } = this.#scenario;
    const { rows } = scheduled!;
    let total = 0;
    for (let group = 0; group < rows.length; group++) total += rows[group]!;
    const capacity = expertCapacity(total, model, routing);
    const slots = this.#placement!.slots(layer);
    const visits = load!.enter(layer, slots, this.#links[stage]!.routes?.places(slots));
    this.#router!.route(layer, rows, draws!.routing, load!.copies, visits);
    const dropped = load!.route(capacity, rows)
      ? this.#overflow.cut(load!.copies, rows.length, slots.experts, capacity, draws!.overflow)
      : 0;
    load!.drop(dropped);
  }
}
