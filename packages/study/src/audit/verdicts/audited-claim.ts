import type { Unit } from "@tokenyard/scenario";
import type { ParameterValue } from "../../points/point.ts";
import type { Interval } from "../../statistics/estimate.ts";
import type { SearchedPolicies } from "../claims/configuration.ts";
import type { Finding } from "../questions/finding.ts";
import type { DecidingInterval } from "../questions/looks.ts";
import type { Remedy } from "../questions/remedy.ts";
import type { FewerGpus } from "../questions/smaller-plan.ts";
import type { JointTurn } from "../turns/joint-turn.ts";
import type { TurningPoint } from "../turns/turning-point.ts";
import type { Turns } from "../turns/turns.ts";

export const VERDICTS = ["fails", "inconsistent", "depends", "undecided", "better", "holds"] as const;

/**
 * `fails`: at no point that was searched is it so. `inconsistent`: another claim denies it. `depends`: it turns inside the range of an
 * assumption. `better`: the plan does better than this estimate. All are those of the kindest reading.
 */
export type Verdict = (typeof VERDICTS)[number];

/** Result of an audit for one claim (or one part of it). Plain data; null where there is no value. */
export interface AuditedClaim {
  /** The claim's id, then the part where there are several: `throughput/decode`. */
  readonly id: string;
  readonly text: string;
  readonly section: string | null;
  readonly part: string | null;
  /** The reading that is kindest to the claim, which the verdict and all numbers are of; null when all give the same. */
  readonly reading: string | null;
  /** Kind of the check that decides. */
  readonly kind: Finding["kind"];
  readonly verdict: Verdict;
  /** Null for a statement in words. */
  readonly claimed: number | null;
  readonly comparison: "=" | "<=" | ">=";
  /** For an estimate, the side of it on which the plan is better. */
  readonly better?: "less" | "more";
  readonly tolerance: number;
  readonly found: number | null;
  readonly unit: Unit | "";
  /** 95 % interval. */
  readonly interval?: Interval;
  /** The wider one that decided, or that did not. */
  readonly deciding?: DecidingInterval;
  /** How many times the found value is away from the claimed one when it fails or is better. */
  readonly factor?: number;
  /**
   * Probability, from 1 to 99 %, that it holds on a real server, by measured runs like this plan; for numbers of a run that have a measured
   * error.
   */
  readonly probability?: number;
  /** Mean deviation from the claimed number on real servers where the claim does not hold, as a share of that number; null if it always holds. */
  readonly regret?: number | null;
  /** Id of the claim whose error this one follows from; of those that fail or are inconsistent. */
  readonly root?: string;
  /** Findings of all readings where they differ, the most favourable first. */
  readonly readings?: readonly ReadFinding[];
  /** Turning point nearest to the assumed value, and all of them, nearest first. */
  readonly turningPoint?: TurningPoint;
  readonly turningPoints?: readonly TurningPoint[];
  /** Assumptions that turn the verdict together, where none does alone. */
  readonly jointTurn?: JointTurn;
  /** How large the search for another verdict was, and the nearest point to one. */
  readonly search?: Turns["search"];
  /** For a promise, the policies that were searched and those with which it holds. */
  readonly policies?: SearchedPolicies;
  /** Ids of claims that cannot hold beside it. */
  readonly contradicts?: readonly string[];
  /** Every check, the deciding one first. */
  readonly checks: readonly Finding[];
  /** For a claim over several values, the finding at each. */
  readonly over?: { readonly path: string; readonly points: readonly OverPoint[] };
  readonly remedies?: readonly Remedy[];
  readonly fewerGpus?: FewerGpus;
  /** The reading under which remedies and fewer GPUs were asked: the first. */
  readonly helpReading?: string;
  /** Id of the claim that demands more of the same number, which has the remedies. */
  readonly helpAt?: string;
  /** One sentence for a reader without the numbers. */
  readonly because: string;
}

/** Finding under one reading. */
export interface ReadFinding {
  readonly reading: string;
  readonly verdict: Finding["verdict"];
  readonly found: number | null;
  readonly interval: Interval | null;
  readonly deciding: DecidingInterval | null;
  /** Reason why it is undecided, or the plan's own value; for statements in words. */
  readonly because?: string;
}

export interface OverPoint {
  readonly value: ParameterValue;
  readonly verdict: Finding["verdict"];
  readonly found: number | null;
  readonly interval: Interval | null;
  readonly deciding: DecidingInterval | null;
}
