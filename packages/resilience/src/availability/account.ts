import type { Cause } from "./failure.ts";
import type { Traffic } from "./fleet.ts";
import type { LongOutage } from "./struck-replica.ts";

/** Faults of one kind, and how they were seen. */
export interface Seen {
  struck: number;
  /** Number that a detector noticed, and the sum of seconds until then. */
  known: number;
  seconds: number;
  readonly by: Map<string, number>;
}

/**
 * State of a replica: whether it is up and taken for up, how many of its data groups serve and at what share of their speed, and its
 * missing pairs of layer and expert.
 */
export interface Standing {
  isUp: boolean;
  isOpen: boolean;
  groups: number;
  pace: number;
  missing: number;
}

/** A time until `untilNs` in which the states of all replicas stay the same. */
export interface Span {
  readonly untilNs: number;
  readonly isServing: boolean;
  readonly isWhole: boolean;
  readonly isDegraded: boolean;
  /** Share of the capacity that serves. */
  readonly share: number;
  /** Whether some replica is taken for up. */
  readonly isOpen: boolean;
}

/** Serving time of a plan, or of one pool. All spans in nanoseconds. */
export class Account {
  /**
   * Times in which at least one data group of a replica serves, in which all of all do, and in which experts are missing while it serves.
   */
  servingNs = 0;
  wholeNs = 0;
  degradedNs = 0;
  /** Capacity of every data group at its pace, summed, divided by their number. */
  capacityNs = 0;
  /** Times from the loss of a replica until it is up again; `openEnded`: those that are not over by the end. */
  outages = 0;
  downNs = 0;
  longestNs = 0;
  failed = 0;
  refused = 0;
  /** Requests of replicas that were down and taken for up, and others that came while no replica was taken for up. */
  late = 0;
  waited = 0;
  readonly spans: Span[] = [];
  readonly seen = new Map<Cause, Seen>();
  readonly #standings: readonly Standing[];
  readonly #groups: number;
  readonly #traffic: Traffic;
  readonly refuses: boolean;
  #nowNs = 0;
  /** Sums over replicas. */
  #serving: number;
  #paced: number;
  #whole: number;
  #open: number;
  #degraded = 0;

  constructor(replicas: number, groups: number, traffic: Traffic, refuses: boolean) {
    this.#standings = Array.from({ length: replicas }, () => ({ isUp: true, isOpen: true, groups, pace: 1, missing: 0 }));
    this.#groups = groups;
    this.#traffic = traffic;
    this.refuses = refuses;
    this.#serving = replicas * groups;
    this.#paced = this.#serving;
    this.#whole = replicas;
    this.#open = replicas;
  }

  /** Requests that an outage delays. */
  get delayed(): number {
    return this.late + this.waited;
  }

  /** Time has passed until `nowNs`. */
  pass(nowNs: number): void {
    const ns = nowNs - this.#nowNs;
    if (ns <= 0) return;
    this.#nowNs = nowNs;
    const groups = this.#groups * this.#standings.length;
    const span = {
      untilNs: nowNs,
      isServing: this.#serving > 0,
      isWhole: this.#whole === this.#standings.length,
      isDegraded: this.#degraded > 0,
      share: this.#paced / groups,
      isOpen: this.#open > 0,
    };
    this.spans.push(span);
    if (span.isServing) this.servingNs += ns;
    if (span.isWhole) this.wholeNs += ns;
    if (span.isDegraded) this.degradedNs += ns;
    this.capacityNs += (ns * this.#paced) / groups;
    if (span.isOpen) return;
    const requests = this.#traffic.perSecond * ns * 1e-9;
    if (this.refuses) this.refused += requests;
    else this.waited += requests;
  }

  /** Sets the state of `replica` from `nowNs` on. */
  stand(replica: number, nowNs: number, next: Standing): void {
    this.pass(nowNs);
    const standing = this.#standings[replica]!;
    this.#count(standing, -1);
    Object.assign(standing, next);
    this.#count(standing, 1);
  }

  #count({ isUp, isOpen, groups, pace, missing }: Standing, sign: 1 | -1): void {
    if (isUp) this.#serving += sign * groups;
    if (isUp) this.#paced += sign * groups * pace;
    if (isUp && groups === this.#groups && missing === 0) this.#whole += sign;
    if (isOpen) this.#open += sign;
    if (isUp && missing > 0) this.#degraded += sign;
  }

  struck(kind: Cause): void {
    this.#of(kind).struck++;
  }

  known({ fault, detectedBy, detectedNs }: LongOutage): void {
    const seen = this.#of(fault.cause);
    seen.known++;
    seen.seconds += (detectedNs - fault.atNs) * 1e-9;
    seen.by.set(detectedBy!, (seen.by.get(detectedBy!) ?? 0) + 1);
  }

  /** A replica was down from then to then. */
  down(sinceNs: number, untilNs: number): void {
    this.outages++;
    this.downNs += untilNs - sinceNs;
    this.longestNs = Math.max(this.longestNs, untilNs - sinceNs);
  }

  /**
   * Adds the requests of one replica that was down and taken for up from `sinceNs` on: `lost`, a share of its data groups, fail, the others
   * are late.
   */
  stalled(sinceNs: number, nowNs: number, lost: number): void {
    const { perSecond, inFlight } = this.#traffic;
    const requests = (inFlight + perSecond * (nowNs - sinceNs) * 1e-9) / this.#standings.length;
    this.failed += requests * lost;
    this.late += requests * (1 - lost);
  }

  #of(kind: Cause): Seen {
    const known = this.seen.get(kind) ?? { struck: 0, known: 0, seconds: 0, by: new Map<string, number>() };
    this.seen.set(kind, known);
    return known;
  }
}
