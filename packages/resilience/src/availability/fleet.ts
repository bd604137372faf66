import type { Plan } from "@tokenyard/placement";
import type { Scenario } from "@tokenyard/scenario";
import type { OwnHealth } from "../own-health.ts";
import type { LoadSeconds } from "../reaction.ts";

/** Failing parts over years: a plan, with its detectors and spares. */
export interface Fleet extends OwnHealth {
  /** The pool of the plan that it is; undefined: replicas that prefill and decode. */
  readonly pool?: "prefill" | "decode";
  /** Scenario with `health`; its faults are ignored. */
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
