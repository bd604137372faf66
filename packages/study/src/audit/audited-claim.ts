import type { Unit } from "@tokenyard/scenario";
import type { Interval } from "../estimate.ts";
import type { ParameterValue } from "../point.ts";
import type { Finding } from "./finding.ts";
import type { JointTurn } from "./joint-turn.ts";
import type { DecidingInterval } from "./looks.ts";
import type { Remedy } from "./remedy.ts";
import type { FewerGpus } from "./smaller-plan.ts";
import type { TurningPoint } from "./turning-point.ts";

export const VERDICTS = ["fails", "inconsistent", "depends", "undecided", "holds"] as const;

/** `fails`: it is not so. `inconsistent`: another claim denies it. `depends`: it turns inside the range of an assumption. */
export type Verdict = (typeof VERDICTS)[number];

/** What an audit says of one claim (one part of it, under one reading of the plan). Plain data; null where there is no value. */
export interface AuditedClaim {
  /** The claim's id, then the part and the reading where there are several: `throughput/decode/shared-ranks`. */
  readonly id: string;
  readonly text: string;
  readonly section: string | null;
  readonly part: string | null;
  readonly reading: string | null;
  /** Of the check that decides. */
  readonly kind: Finding["kind"];
  readonly verdict: Verdict;
  /** Null for a statement in words. */
  readonly claimed: number | null;
  readonly comparison: "=" | "<=" | ">=";
  readonly tolerance: number;
  readonly found: number | null;
  readonly unit: Unit | "";
  /** Of 95 %. */
  readonly interval?: Interval;
  /** The wider one that decided, or that did not. */
  readonly deciding?: DecidingInterval;
  /** How many times the found value is away from the claimed one when it fails. */
  readonly factor?: number;
  /** The one nearest to what is assumed, and all of them, nearest first. */
  readonly turningPoint?: TurningPoint;
  readonly turningPoints?: readonly TurningPoint[];
  /** Assumptions that turn the verdict together, where none does alone. */
  readonly jointTurn?: JointTurn;
  /** Ids of claims that cannot hold beside it. */
  readonly contradicts?: readonly string[];
  /** Every check, the deciding one first. */
  readonly checks: readonly Finding[];
  /** Of a claim over several values, what was found at each. */
  readonly over?: { readonly path: string; readonly points: readonly OverPoint[] };
  readonly remedies?: readonly Remedy[];
  readonly fewerGpus?: FewerGpus;
  /** Id of the claim that asks more of the same number: what would help stands there. */
  readonly helpAt?: string;
  /** One sentence for a reader without the numbers. */
  readonly because: string;
}

export interface OverPoint {
  readonly value: ParameterValue;
  readonly verdict: Finding["verdict"];
  readonly found: number | null;
  readonly interval: Interval | null;
  readonly deciding: DecidingInterval | null;
}
