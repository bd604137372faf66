import type { HealthSpec, Scenario } from "@tokenyard/scenario";
import type { Timeline } from "../event.ts";
import type { Moves } from "../pools/moves.ts";
import type { Pool } from "../pools/pool.ts";
import type { AdmissionGates } from "./admission-gates.ts";
import type { FaultImpact } from "./fault-impact.ts";
import type { Outages } from "./outages.ts";
import type { ReplicaState } from "./replica-state.ts";

/** Parts shared by the reactions to faults. */
export interface Surroundings {
  readonly scenario: Scenario;
  /** Health settings of faults that stop what they strike. */
  readonly health: HealthSpec;
  readonly pool: Pool;
  readonly timeline: Timeline;
  /** Moves of caches between pools, if there are any. */
  readonly moves: Moves | undefined;
  readonly outages: Outages;
  /** [replicas] */
  readonly replicas: readonly ReplicaState[];
  readonly doors: AdmissionGates;
  /** [faults] */
  readonly tolls: readonly FaultImpact[];
}
