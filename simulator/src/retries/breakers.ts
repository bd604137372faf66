import { Breaker, type BreakerSpec } from "@tokenyard/resilience";
import type { Recovery } from "@tokenyard/serving";

/** A breaker for each replica of the first pool. */
export class Breakers {
  /** [replicas] */
  readonly all: readonly Breaker[];
  readonly #recovery: Recovery;

  constructor(spec: BreakerSpec, replicas: number, recovery: Recovery) {
    this.all = Array.from({ length: replicas }, () => new Breaker(spec));
    this.#recovery = recovery;
  }

  /** Balancers keep away from the replicas whose breakers are open now. */
  settle(nowNs: number): void {
    for (const [replica, breaker] of this.all.entries()) this.#recovery.shun(replica, breaker.isOpen(nowNs));
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
