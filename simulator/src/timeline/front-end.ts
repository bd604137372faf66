import { nsFromSeconds } from "@tokenyard/engine";
import { stepOverheadOf } from "@tokenyard/program";
import { clientSecondsOf, isDealtOut, type Scenario } from "@tokenyard/scenario";
import { type RequestSlots, Upcoming } from "@tokenyard/serving";

/**
 * Delay of a request before any scheduler gets it, independent of others: client + arrival + arrivalToken · tokens of its prompt. Source:
 * docs/models/scheduling.md#host-time.
 */
export class FrontEnd {
  readonly #client: number;
  readonly #arrival: number;
  readonly #arrivalToken: number;
  readonly #slots: RequestSlots;
  /** Slots of requests, by when they are through. */
  readonly #inside = new Upcoming<number>();

  private constructor(client: number, arrival: number, arrivalToken: number, slots: RequestSlots) {
    this.#client = client;
    this.#arrival = arrival;
    this.#arrivalToken = arrivalToken;
    this.#slots = slots;
  }

  /** Whether requests are through later than they come; those of a static batch are through when it starts. */
  static takesTime({ serving, workload }: Scenario): boolean {
    const { arrival, arrivalToken } = stepOverheadOf(serving);
    if (workload.kind === "steady-decode") return false; // its sequences are through
    return !isDealtOut(serving.scheduler) && clientSecondsOf(workload) + arrival + arrivalToken > 0;
  }

  /** Undefined where it takes no time. */
  static of(scenario: Scenario, slots: RequestSlots): FrontEnd | undefined {
    if (!FrontEnd.takesTime(scenario)) return undefined;
    const { arrival, arrivalToken } = stepOverheadOf(scenario.serving);
    return new FrontEnd(clientSecondsOf(scenario.workload), arrival, arrivalToken, slots);
  }

  /** Least nanoseconds of any request from its client. */
  get leastNs(): number {
    return nsFromSeconds(this.#client + this.#arrival);
  }

  /** When the next request is through; infinite where none is inside. */
  get nextNs(): number {
    return this.#inside.nextNs;
  }

  /** Admits the request in `slot` to the front end, from its client or again from the router. */
  take(slot: number, nowNs: number, isFromClient = true): void {
    const beforeTokens = isFromClient ? this.#client + this.#arrival : this.#arrival;
    this.#inside.add(nowNs + nsFromSeconds(beforeTokens + this.#arrivalToken * this.#slots.promptTokens[slot]!), slot);
  }

  /** The request in `slot` is dropped, if it is inside. */
  drop(slot: number): void {
    this.#inside.remove(slot);
  }

  /** The next request that is through by `nowNs` leaves; undefined where there is none. */
  leave(nowNs: number): number | undefined {
    return this.#inside.nextNs <= nowNs ? this.#inside.take() : undefined;
  }
}
