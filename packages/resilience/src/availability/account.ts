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

/** Serving time of a plan. All spans in nanoseconds. */
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
  delayed = 0;
  readonly seen = new Map<Cause, Seen>();
  readonly #standings: readonly Standing[];
  readonly #groups: number;
  readonly #traffic: Traffic;
  readonly #refuses: boolean;
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
    this.#refuses = refuses;
    this.#serving = replicas * groups;
    this.#paced = this.#serving;
    this.#whole = replicas;
    this.#open = replicas;
  }

  /** Time has passed until `nowNs`. */
  pass(nowNs: number): void {
    const ns = nowNs - this.#nowNs;
    if (ns <= 0) return;
    this.#nowNs = nowNs;
    if (this.#serving > 0) this.servingNs += ns;
    if (this.#whole === this.#standings.length) this.wholeNs += ns;
    if (this.#degraded > 0) this.degradedNs += ns;
    this.capacityNs += (ns * this.#paced) / (this.#groups * this.#standings.length);
    if (this.#open > 0) return;
    const requests = this.#traffic.perSecond * ns * 1e-9;
    if (this.#refuses) this.refused += requests;
    else this.delayed += requests;
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
    this.delayed += requests * (1 - lost);
  }

  #of(kind: Cause): Seen {
    const known = this.seen.get(kind) ?? { struck: 0, known: 0, seconds: 0, by: new Map<string, number>() };
    this.seen.set(kind, known);
    return known;
  }
}
