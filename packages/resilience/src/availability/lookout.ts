import { collectiveFate } from "../collective-fate.ts";
import { sightOf } from "../sight.ts";
import type { Agenda } from "./agenda.ts";
import { type CourseEvent, ORDER } from "./course-event.ts";
import type { Fleet } from "./fleet.ts";
import { type LongOutage, watched } from "./struck-replica.ts";

/** Schedules when detectors notice outages, and when collectives that need failed links do. */
export class Lookout {
  readonly #fleet: Fleet;
  readonly #agenda: Agenda<CourseEvent>;

  constructor(fleet: Fleet, agenda: Agenda<CourseEvent>) {
    this.#fleet = fleet;
    this.#agenda = agenda;
  }

  /** Something is to be computed: collectives wait for links. */
  meet(outage: LongOutage, nowNs: number): void {
    if (outage.trafficNs !== undefined) return;
    outage.trafficNs = nowNs;
    const { fault, isDelay } = outage;
    if (!fault.ofLinks || isDelay) return;
    const waits = fault.waits?.();
    outage.fate = collectiveFate(this.#fleet.scenario.communication!, nowNs, outage.endNs, () => waits!.next());
    outage.settles = this.#agenda.add(outage.fate.atNs, ORDER.settled, { kind: "settled", outage });
  }

  /** Its detectors look at it, as far as they can by now. */
  watch(outage: LongOutage): void {
    if (outage.detectedBy !== undefined || outage.isDelay) return;
    const { scenario, detection } = this.#fleet;
    const sight = sightOf(scenario.health!, detection, watched(outage));
    if (sight === undefined || sight.atNs >= (outage.detection?.timeNs ?? Number.POSITIVE_INFINITY)) return;
    if (outage.detection !== undefined) outage.detection.isOff = true;
    outage.detection = this.#agenda.add(sight.atNs, ORDER.detected, { kind: "detected", outage });
  }

  /** A detector, or the word of a plug-in, that has seen `outage`. */
  firstToSee(outage: LongOutage): string {
    const { scenario, detection } = this.#fleet;
    return detection?.kind ?? sightOf(scenario.health!, undefined, watched(outage))!.by;
  }

  /** Stops the detectors of an outage. */
  leave(outage: LongOutage): void {
    if (outage.detection !== undefined) outage.detection.isOff = true;
    outage.detection = undefined;
    if (outage.settles !== undefined) outage.settles.isOff = true;
    outage.settles = undefined;
  }
}
