import type { Balancer } from "../balancer.ts";
import type { Reachability } from "../scheduler.ts";

/** Keeps balancers of continuous batches away from what is closed or shunned. */
export class ContinuousReachability implements Reachability {
  readonly #overReplicas: Balancer;
  /** [replicas] */
  readonly #overGroups: readonly Balancer[];
  /** Data groups of a replica. */
  readonly #perReplica: number;
  /** [replicas × data groups] */
  readonly #isClosed: Uint8Array;
  /** [replicas] */
  readonly #isShunned: Uint8Array;

  constructor(overReplicas: Balancer, overGroups: readonly Balancer[], perReplica: number) {
    this.#overReplicas = overReplicas;
    this.#overGroups = overGroups;
    this.#perReplica = perReplica;
    this.#isClosed = new Uint8Array(overGroups.length * perReplica);
    this.#isShunned = new Uint8Array(overGroups.length);
  }

  open(home: number, isOpen: boolean): void {
    const perReplica = this.#perReplica;
    const replica = Math.floor(home / perReplica);
    this.#isClosed[home] = isOpen ? 0 : 1;
    this.#overGroups[replica]!.open(home - replica * perReplica, isOpen);
    this.#overReplicas.open(replica, this.isReachable(replica));
  }

  shun(replica: number, isShunned: boolean): void {
    if (this.#isShunned[replica] === (isShunned ? 1 : 0)) return;
    this.#isShunned[replica] = isShunned ? 1 : 0;
    this.#overReplicas.open(replica, this.isReachable(replica));
  }

  isReachable(replica: number): boolean {
    const perReplica = this.#perReplica;
    return this.#isShunned[replica] === 0 && this.#isClosed.subarray(replica * perReplica, (replica + 1) * perReplica).includes(0);
  }

  isAnyReachable(): boolean {
    return this.#isShunned.some((_, replica) => this.isReachable(replica));
  }

  isAnyOpen(): boolean {
    return this.#isClosed.includes(0);
  }
}
