import type { PoolSetup } from "../inputs/setup.ts";
import type { Cut } from "../options/run-options.ts";
import type { Timeline } from "../timeline/timeline.ts";
import type { PoolEvent } from "./pool-event.ts";

/** The announced cuts of a pool. Passes must not be timed ahead beyond the next of them. */
export class Cuts {
  readonly #timeline: Timeline<PoolEvent>;
  readonly #pool: number;
  /** [replicas] instants to come, rising */
  readonly #instants: readonly number[][];

  constructor(timeline: Timeline<PoolEvent>, pool: number, replicas: number) {
    this.#timeline = timeline;
    this.#pool = pool;
    this.#instants = Array.from({ length: replicas }, () => []);
  }

  /** Cuts of pool number `number`; undefined where none is foreseen and no fault may bring one. */
  static of({ plan, scenario }: PoolSetup, number: number, timeline: Timeline<PoolEvent>, all: readonly Cut[] = []): Cuts | undefined {
    const own = all.filter(({ pool = 0 }) => pool === number);
    if (own.length === 0 && (scenario.faults?.length ?? 0) === 0) return undefined;
    const cuts = new Cuts(timeline, number, plan.replicas);
    for (const { replica, atNs } of own) cuts.announce(replica, atNs);
    return cuts;
  }

  /** Announces that `replica` is cut at `atNs`. To be called before anything is launched that ends later. */
  announce(replica: number, atNs: number): void {
    const instants = this.#instants[replica]!;
    instants.push(atNs);
    instants.sort((a, b) => a - b);
    this.#timeline.schedule(atNs, { kind: "cut", pool: this.#pool, replica });
  }

  /** When `replica` is cut next; Infinity if no cut is known. */
  nextNs(replica: number): number {
    const instants = this.#instants[replica]!;
    return instants.length === 0 ? Number.POSITIVE_INFINITY : instants[0]!;
  }

  /** The first of them is now. */
  pass(replica: number): void {
    this.#instants[replica]!.shift();
  }
}
