import { Breaker, type BreakerSpec } from "@tokenyard/resilience";
import type { Reachability } from "@tokenyard/serving";

/** A breaker for each replica, numbered through all pools. */
export class Breakers {
  /** [replicas] */
  readonly all: readonly Breaker[];
  /** [replicas] admission of balancers to each, by its number in its pool */
  readonly #doors: readonly { readonly reachability: Reachability; readonly replica: number }[];

  /** `pools`: the number of replicas of each, and their admission of balancers. */
  constructor(spec: BreakerSpec, pools: readonly { readonly replicas: number; readonly reachability: Reachability }[]) {
    this.#doors = pools.flatMap(({ replicas, reachability }) =>
      Array.from({ length: replicas }, (_, replica) => ({ reachability, replica })),
    );
    this.all = this.#doors.map(() => new Breaker(spec));
  }

  /** Balancers keep away from the replicas whose breakers are open now. */
  settle(nowNs: number): void {
    for (const [number, { reachability, replica }] of this.#doors.entries()) reachability.shun(replica, this.all[number]!.isOpen(nowNs));
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
