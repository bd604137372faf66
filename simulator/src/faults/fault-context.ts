import type { HealthSpec, Scenario } from "@tokenyard/scenario";
import type { Moves } from "../pools/moves.ts";
import type { Pool } from "../pools/pool.ts";
import type { Timeline } from "../timeline/timeline.ts";
import type { AdmissionGates } from "./admission-gates.ts";
import type { FaultImpact } from "./outages/fault-impact.ts";
import type { FaultEvent } from "./outages/outage.ts";
import type { Outages } from "./outages/outages.ts";
import type { ReplicaState } from "./replica-state.ts";

/** Parts shared by the reactions to faults. */
export interface FaultContext {
  readonly scenario: Scenario;
  /** Health settings of faults that stop what they strike. */
  readonly health: HealthSpec;
  readonly pool: Pool;
  readonly timeline: Timeline<FaultEvent>;
  /** Moves of caches between pools, if there are any. */
  readonly moves: Moves | undefined;
  readonly outages: Outages;
  /** [replicas] */
  readonly replicas: readonly ReplicaState[];
  readonly doors: AdmissionGates;
  /** [faults] */
  readonly tolls: readonly FaultImpact[];
}
