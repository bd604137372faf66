import { sightOf } from "@tokenyard/resilience";
import type { FaultContext } from "./fault-context.ts";
import type { Outage } from "./outages/outage.ts";

/** Asks the detectors when they will know of an outage. */
export class Detection {
  readonly #context: Pick<FaultContext, "health" | "timeline" | "outages" | "pool">;

  constructor(context: Pick<FaultContext, "health" | "timeline" | "outages" | "pool">) {
    this.#context = context;
  }

  /** To be called when an outage strikes or an op needs its ranks: the first detector and its time may change. */
  watch(outage: Outage): void {
    if (outage.detectedBy !== undefined) return;
    const { timeline, outages, pool } = this.#context;
    const sight = this.#sightOf(outage);
    if (sight === undefined || sight.atNs >= (outage.detection?.timeNs ?? Number.POSITIVE_INFINITY)) return;
    if (outage.detection !== undefined) timeline.cancel(outage.detection);
    const number = outages.numberOf(outage);
    outage.detection = timeline.schedule(sight.atNs, { kind: "fault-detected", pool: pool.number, outage: number });
  }

  /** Records that the outage is known, from its detectors or because a collective reported it. */
  know(outage: Outage, nowNs: number, isReported: boolean): void {
    if (isReported && outage.detection !== undefined) this.#context.timeline.cancel(outage.detection);
    outage.detection = undefined;
    outage.detectedBy = isReported ? "communication" : (this.#own?.kind ?? this.#sightOf(outage)!.by);
    outage.detectedNs = nowNs;
  }

  get #own() {
    return this.#context.pool.setup.detection;
  }

  #sightOf(outage: Outage): { readonly by: string; readonly atNs: number } | undefined {
    return sightOf(this.#context.health, this.#own, outage);
  }
}
