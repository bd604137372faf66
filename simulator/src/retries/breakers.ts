import { Breaker, type BreakerSpec } from "@tokenyard/resilience";
import type { Recovery } from "@tokenyard/serving";

/** A breaker for each replica, numbered through all pools. */
export class Breakers {
  /** [replicas] */
  readonly all: readonly Breaker[];
  /** [replicas] admission of balancers to each, by its number in its pool */
  readonly #doors: readonly { readonly recovery: Recovery; readonly replica: number }[];

  /** `pools`: the number of replicas of each, and their admission of balancers. */
  constructor(spec: BreakerSpec, pools: readonly { readonly replicas: number; readonly recovery: Recovery }[]) {
    this.#doors = pools.flatMap(({ replicas, recovery }) => Array.from({ length: replicas }, (_, replica) => ({ recovery, replica })));
    this.all = this.#doors.map(() => new Breaker(spec));
  }

  /** Balancers keep away from the replicas whose breakers are open now. */
  settle(nowNs: number): void {
    for (const [number, { recovery, replica }] of this.#doors.entries()) recovery.shun(replica, this.all[number]!.isOpen(nowNs));
  }

  failed(replica: number, nowNs: number): void {
    if (replica >= 0) this.all[replica]!.failed(nowNs);
  }

  succeeded(replica: number, nowNs: number): void {
    this.all[replica]!.succeeded(nowNs);
  }

  columns(nowNs: number): { readonly opened: number; readonly openNs: number } {
    const sum = (of: (breaker: Breaker) => number) => this.all.reduce((total, breaker) => total + of(breaker), 0);
    return { opened: sum(({ opened }) => opened), openNs: sum((breaker) => breaker.openNs(nowNs)) };
  }
}
