import type { Pool } from "../pools/pool.ts";
import type { Evacuating } from "./evacuations/evacuation.ts";
import type { FaultImpact } from "./outages/fault-impact.ts";
import type { ReplicaState } from "./replica-state.ts";

/** Data groups that requests may go to. */
export class AdmissionGates {
  readonly #pool: Pool;
  readonly #evacuation: Evacuating;
  /** [replicas] */
  readonly #replicas: readonly ReplicaState[];

  constructor(pool: Pool, evacuation: Evacuating, replicas: readonly ReplicaState[]) {
    this.#pool = pool;
    this.#evacuation = evacuation;
    this.#replicas = replicas;
  }

  /** The data groups of `replica`, numbered through all. */
  homesOf(replica: number): number[] {
    const { dataGroups } = this.#pool.setup.plan;
    return Array.from({ length: dataGroups }, (_, group) => replica * dataGroups + group);
  }

  /** Requests may go to the data groups that `replica` has. */
  open(replica: number): void {
    const { lostGroups } = this.#replicas[replica]!;
    for (const [group, home] of this.homesOf(replica).entries())
      this.#pool.setup.scheduler.reachability!.open(home, !lostGroups.has(group));
  }

  /** Keeps requests from `replica`. */
  close(replica: number): void {
    for (const home of this.homesOf(replica)) this.#pool.setup.scheduler.reachability!.open(home, false);
  }

  /** Requests that wait at a replica that does not serve go to one that does; those without room fail, and count in `toll`. */
  gather(nowNs: number, toll?: FaultImpact): void {
    if (!this.#pool.setup.scheduler.reachability!.isAnyOpen()) return;
    for (const [replica, { recovering, lostGroups }] of this.#replicas.entries()) {
      const homes = this.homesOf(replica).filter((_, group) => recovering.length > 0 || lostGroups.has(group));
      this.#evacuation.gather(homes, nowNs, toll);
    }
  }
}
