import type { Detector } from "../detection.ts";
import type { Cause } from "./failure.ts";
import type { Traffic } from "./fleet.ts";
import type { LongOutage } from "./struck-replica.ts";

/** Faults of one kind, and how they were seen. */
export interface Seen {
  struck: number;
  /** That a detector knew of, and the seconds until then, added up. */
  known: number;
  seconds: number;
  readonly by: Map<Detector | "communication", number>;
}

/** What a replica gives: whether it is up and taken for up, how many of its data groups serve and at what share of their speed, and pairs of layer and expert that it is without. */
export interface Standing {
  isUp: boolean;
  isOpen: boolean;
  groups: number;
  pace: number;
  missing: number;
}

/** What a plan gives over time. All spans in nanoseconds. */
export class Account {
  /** In which at least one data group of a replica serves, all of all do, and experts are missing where it serves. */
  servingNs = 0;
  wholeNs = 0;
  degradedNs = 0;
  /** Of every data group, at its pace, added up, and over their number. */
  capacityNs = 0;
  /** From a replica's going down until it is up again; `openEnded`: is not by the end. */
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

  /** From `nowNs` on, `replica` is in this state. */
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

  /** Requests of one replica that was down and taken for up from `sinceNs` on: `lost`, a share of its data groups, fail, the others are late. */
  stalled(sinceNs: number, nowNs: number, lost: number): void {
    const { perSecond, inFlight } = this.#traffic;
    const requests = (inFlight + perSecond * (nowNs - sinceNs) * 1e-9) / this.#standings.length;
    this.failed += requests * lost;
    this.delayed += requests * (1 - lost);
  }

  #of(kind: Cause): Seen {
    const known = this.seen.get(kind) ?? { struck: 0, known: 0, seconds: 0, by: new Map<Detector | "communication", number>() };
    this.seen.set(kind, known);
    return known;
  }
}
