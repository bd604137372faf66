import type { Streams } from "@tokenyard/random";
import { draftsOf, mostDraftsOf, type ServingSpec, type SpeculationSpec, speculationOf, survivalOf, verifiedOf } from "@tokenyard/scenario";
import type { RequestClass } from "../requests/request-class.ts";
import type { RequestSlots } from "../requests/request-slots.ts";
import type { ServingContext } from "../scheduler.ts";
import { Luck } from "./luck.ts";
import { createSpeculationTally, type SpeculationTally } from "./speculation-tally.ts";

/** Drafts that steps verify, and those that are accepted. */
export class Speculation {
  /** [replicas] */
  readonly tallies: readonly SpeculationTally[];
  readonly #spec: SpeculationSpec;
  readonly #requests: RequestSlots;
  readonly #luck: Luck;
  /** [classes][positions] share of steps whose draft there is accepted, with all before it */
  readonly #survival: readonly Float64Array[];

  private constructor(spec: SpeculationSpec, requests: RequestSlots, classes: readonly RequestClass[], streams: Streams, replicas: number) {
    this.tallies = Array.from({ length: replicas }, () => createSpeculationTally(mostDraftsOf(spec)));
    this.#spec = spec;
    this.#requests = requests;
    this.#luck = new Luck(streams);
    const names = classes.length === 0 ? [undefined] : classes.map(({ name }) => name);
    this.#survival = names.map((name) => Float64Array.from(survivalOf(spec, name)));
  }

  /** Undefined where no step has a draft. */
  static of(serving: ServingSpec, requests: RequestSlots, { classes, streams, replicas }: ServingContext): Speculation | undefined {
    const spec = speculationOf(serving);
    return spec && new Speculation(spec, requests, classes, streams, replicas);
  }

  /** Drafts of each sequence in a step of `sequences` sequences. */
  draftsOf(sequences: number): number {
    return draftsOf(this.#spec, sequences);
  }

  /** Tokens that a step verifies for each sequence, with `drafts` drafts after each other. */
  verifiedOf(drafts: number): number {
    return verifiedOf(this.#spec, drafts);
  }

  /** Number of accepted drafts of `slot`, after `out` output tokens. */
  accepted(slot: number, out: number, drafts: number): number {
    const survival = this.#survival[this.#requests.classIndex[slot]!]!;
    const luck = this.#luck.at(this.#requests.number[slot]!, out);
    let accepted = 0;
    while (accepted < drafts && luck < survival[accepted]!) accepted++;
    return accepted;
  }
}
