import type { Plan } from "@tokenyard/placement";
import type { Scenario } from "@tokenyard/scenario";
import type { LoadSeconds } from "../reaction.ts";

/** What fails over years: a plan, with who watches it and what stands by. */
export interface Fleet {
  /** With `health`. Its faults do not count. */
  readonly scenario: Scenario;
  readonly plan: Plan;
  /** [layers] */
  readonly withExperts: readonly boolean[];
  readonly load: LoadSeconds;
  /** Ranks that cannot do without their links to other nodes. */
  readonly needLinks: ReadonlySet<number>;
}

/** Requests of the whole plan, in the mean. */
export interface Traffic {
  readonly perSecond: number;
  readonly inFlight: number;
}
