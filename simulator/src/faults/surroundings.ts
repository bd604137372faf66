import type { HealthSpec, Scenario } from "@tokenyard/scenario";
import type { Timeline } from "../event.ts";
import type { Pool } from "../pools/pool.ts";
import type { Doors } from "./doors.ts";
import type { Outages } from "./outages.ts";
import type { ReplicaState } from "./replica-state.ts";
import type { Toll } from "./toll.ts";

/** What those have in common who act on faults. */
export interface Surroundings {
  readonly scenario: Scenario;
  /** Of faults that stop what they strike. */
  readonly health: HealthSpec;
  readonly pool: Pool;
  readonly timeline: Timeline;
  readonly outages: Outages;
  /** [replicas] */
  readonly replicas: readonly ReplicaState[];
  readonly doors: Doors;
  /** [faults] */
  readonly tolls: readonly Toll[];
}
