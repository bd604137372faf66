import type { Form } from "@tokenyard/executor";
import { type Fates, PHASES } from "@tokenyard/model";
import { createOpCost, isOfDraft, type OpCost, type Part } from "@tokenyard/program";
import type { FactsOfLaw } from "../law/law-facts.ts";
import type { PassTape } from "../programs/pass-tape.ts";

/** Destinations of the tokens of a part of a pass, in each layer with experts, where nothing is drawn. */
export interface RoutedPart {
  readonly part: Part;
  /** [data groups] rows of the pass */
  readonly rows: Float64Array;
  /** Copies routed to each expert [experts], and those over capacity. */
  readonly routed: Float64Array;
  readonly fates: Fates;
  /** Masked copies by expert [experts], if requested. */
  maskedOf: Float64Array | undefined;
  /** Kept copies by the experts' rank that they go to [experts' ranks]. */
  rankRows: Float64Array;
}

/** Facts that depend on the rows of each data group, of the whole and of each half; and the number of passes with these rows. */
export interface PassFacts extends FactsOfLaw {
  /** [counts of the host's time] */
  readonly hosted: Float64Array;
  readonly parts: readonly RoutedPart[];
  /** The form; undefined where there is none. */
  form: Form | undefined;
  isFormKnown: boolean;
  /** [phases] passes that are not settled; those of them that were timed by the form; and the same that the ledger knows of */
  readonly passes: Float64Array;
  readonly formed: Float64Array;
  readonly reported: Float64Array;
  readonly reportedFormed: Float64Array;
  /** Whether there are any that the ledger does not know of. */
  isTouched: boolean;
  /** How many runs look at it: it stays as it is until none does, though it has given its place to another. */
  holders: number;
}

/** Clears facts for other tokens. */
export function forgetFacts(facts: PassFacts): void {
  facts.isFormKnown = false;
  facts.form = undefined;
  facts.masked = 0;
  facts.elsewhere = 0;
}

/** Makes facts of a tape with these numbers of each kind; `costs` [rows] are those of contexts and launches. */
export function createPassFacts(
  { tape, rows }: PassTape,
  costs: readonly (OpCost | undefined)[],
  sizes: {
    readonly tokens: number;
    readonly dataGroups: number;
    readonly counts: number;
    readonly experts: number;
    readonly byRank: boolean;
    readonly byLaw: ReadonlySet<number>;
  },
): PassFacts {
  const tokens = new Float64Array(sizes.tokens).fill(-1);
  const own = rows.map((_, row) => costs[row] ?? createOpCost(tape.ranks, sizes.byRank));
  const gates = rows.filter(({ op }) => op.work === "gate" && !isOfDraft(op));
  const ofPhases = () => new Float64Array(PHASES.length);
  return {
    tokens,
    hosted: new Float64Array(sizes.counts),
    phase: 0,
    costs: own,
    durations: own.map(({ durationNs }, row) => (sizes.byLaw.has(row) ? new Float64Array(tape.ranks) : durationNs)),
    parts: gates.map(({ op: { part } }) => ({
      part,
      rows: tokens.subarray(part * sizes.dataGroups, (part + 1) * sizes.dataGroups),
      routed: new Float64Array(sizes.experts),
      fates: { rerouted: 0, dropped: 0, masked: 0 },
      maskedOf: undefined,
      rankRows: new Float64Array(0),
    })),
    law: undefined,
    masked: 0,
    elsewhere: 0,
    form: undefined,
    isFormKnown: false,
    passes: ofPhases(),
    formed: ofPhases(),
    reported: ofPhases(),
    reportedFormed: ofPhases(),
    isTouched: false,
    holders: 0,
  };
}
