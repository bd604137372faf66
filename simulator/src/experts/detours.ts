import { DealtChoices, DrawnChoices, EvenChoices, type NextChoices, type TokenRouter } from "@tokenyard/model";
import { type ExpertSlots, fromRankToRank } from "@tokenyard/placement";
import type { ExpertLoad } from "@tokenyard/program";
import type { Stream } from "@tokenyard/random";

/** Ways around experts that have no slot: tokens choose among those that are left. Source: docs/faults.md#routing-around-a-loss. */
export class Detours {
  readonly #router: TokenRouter;
  readonly #drawn: NextChoices;
  /** Next choices of gates that draw nothing. */
  readonly #even = new WeakMap<ExpertSlots, NextChoices>();

  constructor(router: TokenRouter) {
    this.#router = router;
    this.#drawn = router.deals === true ? new DealtChoices() : new DrawnChoices();
  }

  /** The copies of `load` leave experts that have no slot; where they go is drawn from `stream`. To be called after `beforeCut`. */
  take(load: ExpertLoad, stream: Stream): void {
    const { copies, tokens, layer, routed } = load;
    const slots = load.slots!;
    const crowd = {
      copies,
      experts: routed.length,
      from: 0,
      end: tokens.length,
      tokens,
      chances: this.#router.shares?.(layer),
      regions: undefined,
    };
    const choices = this.#router.draws ? this.#drawn : this.#evenIn(slots);
    const copiesElsewhere = choices.leave({ ...crowd, closed: slots.missing }, stream);
    load.lists.areCurrent = false;
    load.route(tokens); // as if the gate had chosen these experts
    load.elsewhere = copiesElsewhere;
  }

  #evenIn(slots: ExpertSlots): NextChoices {
    const known = this.#even.get(slots) ?? new EvenChoices(fromRankToRank(slots));
    this.#even.set(slots, known);
    return known;
  }
}
