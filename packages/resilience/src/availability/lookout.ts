import type { Scenario } from "@tokenyard/scenario";
import { collectiveFate } from "../collective-fate.ts";
import { detectionOf } from "../detection.ts";
import type { Agenda } from "./agenda.ts";
import { type CourseEvent, ORDER } from "./course-event.ts";
import type { LongOutage } from "./struck-replica.ts";

/** Schedules when detectors notice outages, and when collectives that need failed links do. */
export class Lookout {
  readonly #scenario: Scenario;
  readonly #agenda: Agenda<CourseEvent>;

  constructor(scenario: Scenario, agenda: Agenda<CourseEvent>) {
    this.#scenario = scenario;
    this.#agenda = agenda;
  }

  /** Something is to be computed: collectives wait for links. */
  meet(outage: LongOutage, nowNs: number): void {
    if (outage.trafficNs !== undefined) return;
    outage.trafficNs = nowNs;
    const { fault, isDelay } = outage;
    if (!fault.ofLinks || isDelay) return;
    const waits = fault.waits?.();
    outage.fate = collectiveFate(this.#scenario.communication!, nowNs, outage.endNs, () => waits!.next());
    outage.settles = this.#agenda.add(outage.fate.atNs, ORDER.settled, { kind: "settled", outage });
  }

  /** Its detectors look at it, as far as they can by now. */
  watch(outage: LongOutage): void {
    if (outage.detectedBy !== undefined || outage.isDelay) return;
    const sight = detectionOf(this.#scenario.health!, outage.fault, outage.fault.atNs, outage.trafficNs);
    if (sight === undefined || sight.atNs >= (outage.detection?.timeNs ?? Number.POSITIVE_INFINITY)) return;
    if (outage.detection !== undefined) outage.detection.isOff = true;
    outage.detection = this.#agenda.add(sight.atNs, ORDER.detected, { kind: "detected", outage });
  }

  /** Stops the detectors of an outage. */
  leave(outage: LongOutage): void {
    if (outage.detection !== undefined) outage.detection.isOff = true;
    outage.detection = undefined;
    if (outage.settles !== undefined) outage.settles.isOff = true;
    outage.settles = undefined;
  }
}
