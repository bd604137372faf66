import type { Stream } from "@tokenyard/random";
import type { ServingSpec } from "@tokenyard/scenario";
import type { Scheduler, ServingContext } from "@tokenyard/serving";
import type { OwnChance, Settled, Wrapping } from "./settled.ts";

/** A scheduler: which requests are served next. */
export interface SchedulerPolicy<Settings> extends Settled<Settings> {
  /**
   * A scheduler of our own by which memory and work are estimated, as in a scenario: `{ kind: "continuous", maxSequences: 64 }`; if unset:
   * `continuous` with the limits of the engine.
   */
  standIn?(settings: Settings): ServingSpec["scheduler"] | { readonly kind: string };
  /** A scheduler for all replicas of a pool. `builtIn` makes the one that stands in for it, with some functions in place of its own. */
  create(settings: Settings, context: ServingContext, builtIn: (own?: (inner: Scheduler) => Partial<Scheduler>) => Scheduler): Scheduler;
}

/** Chooses among replicas, or among the data groups of one. */
export interface ChoosingBalancer {
  /** The place for `request`; one of those that are open, if any is. */
  choose(request: BalancedRequest): number;
  /** `request` is at `place` from now on. */
  joined?(place: number, request: BalancedRequest): void;
  left?(place: number, request: BalancedRequest): void;
}

/** What a balancer may know of a request. The object is the same one each time. */
export interface BalancedRequest {
  /** Number that it has while it is in the system. */
  readonly slot: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
}

export interface BalancerPolicy<Settings> extends Wrapping<Settings> {
  create(settings: Settings, places: BalancedPlaces): ChoosingBalancer;
}

export interface BalancedPlaces {
  readonly count: number;
  /** Whether requests may be sent to `place` now. */
  isOpen(place: number): boolean;
  /** Chance of its own. */
  readonly stream: Stream;
  /** Makes the balancer that stands in for it, over the same places and with the same stream. It must hear of all that `joined` and `left`. */
  builtIn(): Required<ChoosingBalancer>;
}

/** Which of the arriving requests are served. */
export interface AdmissionPolicy<Settings> extends Settled<Settings> {
  create(settings: Settings, chance: OwnChance): AdmittingPolicy;
}

export interface AdmittingPolicy {
  /** Whether `request`, which arrives now, is admitted. A refused request arrives again if its client or the router retries. `inside`: admitted requests that have not left. */
  admits(request: ArrivingRequest, nowSeconds: number, inside: number): boolean;
  /** A request has left, refused ones too. */
  left?(request: LeftRequest): void;
}

/** What is known of a request on its arrival. The object is the same one each time. */
export interface ArrivingRequest extends BalancedRequest {
  /** How many came before it. */
  readonly request: number;
  /** Empty where requests are of one class. */
  readonly className: string;
}

/** A load of requests that come whatever the cluster does. */
export interface WorkloadPolicy<Settings> extends Settled<Settings> {
  /** A workload of our own by which work is estimated: `{ kind: "open", rate: "5 requests/s", requests: 100, promptTokens: 500, outputTokens: 100 }`. */
  standIn(settings: Settings): object;
  /** The requests in order, one by one as they come. `stream` is chance of its own. */
  create(settings: Settings, stream: Stream): Iterable<DrawnRequest>;
}

export interface DrawnRequest {
  /** Arrival, in seconds from the start of the run. */
  readonly atSeconds: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
}

/** Numbers of one's own about the requests of a run. */
export interface MetricPolicy<Settings> extends Settled<Settings> {
  create(settings: Settings, chance: OwnChance): MeasuringPolicy;
}

export interface MeasuringPolicy {
  /** A request has left, or is still in when the run ends. The object is the same one each time. */
  left(request: LeftRequest): void;
  /** The numbers by their names, once the run has ended, `seconds` after its start: finite, and none below 0. */
  numbers(seconds: number): Readonly<Record<string, number>>;
}

/** What became of a request. Times are nanoseconds from the start of the run; NaN where there was none. */
export interface LeftRequest {
  /** How many came before it. */
  readonly request: number;
  readonly status: "finished" | "rejected" | "failed" | "unfinished";
  /** Empty where requests are of one class. */
  readonly className: string;
  /** Replica that served it first; −1 when none did. */
  readonly replica: number;
  readonly arrivedNs: number;
  readonly startedNs: number;
  readonly firstTokenNs: number;
  readonly finishedNs: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly preemptions: number;
  /** Whether its latencies count, as those of warm-up and cool-down do not. */
  readonly counts: boolean;
}
