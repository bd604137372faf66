import { nsFromSeconds } from "@tokenyard/engine";
import type { HealthSpec } from "@tokenyard/scenario";
import type { Symptom } from "./fault-kinds/fault-kind.ts";

/** Detectors of faults. */
export const DETECTORS = ["exit", "collectiveTimeout", "watchdog", "probe", "heartbeat", "canary"] as const;
export type Detector = (typeof DETECTORS)[number];

/** A fault is known: since when, and by whom. */
export interface Sight {
  readonly by: Detector;
  readonly atNs: number;
}

/**
 * When a fault that strikes at `atNs` and looks like `symptom` is known by the detectors of `health`, and by which: the first to see it, of equals the first in the list, and the confirmation
 * after that. `trafficNs`: the first instant, not before the fault, at which something was to be computed that needs its ranks; undefined: there
 * has been nothing. Undefined where all are blind to it. Source: docs/faults.md#detectors.
 */
export function detectionOf(health: HealthSpec, symptom: Symptom, atNs: number, trafficNs?: number): Sight | undefined {
  let first: Sight | undefined;
  for (const by of DETECTORS) {
    const seenNs = seenAt(by, health, symptom, atNs, trafficNs);
    if (seenNs < (first?.atNs ?? Number.POSITIVE_INFINITY)) first = { by, atNs: seenNs };
  }
  return first && { by: first.by, atNs: first.atNs + nsFromSeconds(health.confirm) };
}

/** Infinity: never. */
function seenAt(
  by: Detector,
  health: HealthSpec,
  { isGone, withNode, raisesError }: Symptom,
  atNs: number,
  trafficNs: number | undefined,
): number {
  switch (by) {
    case "exit":
      return health.exit !== undefined && ((isGone && !withNode) || raisesError)
        ? atNs + nsFromSeconds(health.exit)
        : Number.POSITIVE_INFINITY;
    case "collectiveTimeout":
    case "watchdog": {
      const timeout = health[by];
      return timeout !== undefined && trafficNs !== undefined ? trafficNs + nsFromSeconds(timeout) : Number.POSITIVE_INFINITY;
    }
    case "probe":
      return health.probe !== undefined && isGone ? probedAt(health.probe, atNs) : Number.POSITIVE_INFINITY;
    case "heartbeat":
      return health.heartbeat !== undefined && isGone ? missedAt(health.heartbeat, atNs) : Number.POSITIVE_INFINITY;
    case "canary":
      return health.canary === undefined
        ? Number.POSITIVE_INFINITY
        : atNs + nsFromSeconds(health.canary.after) + nsFromSeconds(health.canary.timeout);
  }
}

/**
 * Time at which a probe notices a fault at `atNs`: probes run at 0, `every`, 2 · `every` …; the last of `failures` failed ones decides when
 * its timeout is over.
 */
function probedAt({ every, timeout, failures }: NonNullable<HealthSpec["probe"]>, atNs: number): number {
  const everyNs = Math.max(1, nsFromSeconds(every));
  return (Math.ceil(atNs / everyNs) + failures - 1) * everyNs + nsFromSeconds(timeout);
}

/** Signs come at 0, `every`, 2 · `every` …; the last one before the fault is waited on. */
function missedAt({ every, lost }: NonNullable<HealthSpec["heartbeat"]>, atNs: number): number {
  const everyNs = Math.max(1, nsFromSeconds(every));
  const lastNs = Math.max(0, (Math.ceil(atNs / everyNs) - 1) * everyNs);
  return Math.max(atNs, lastNs + nsFromSeconds(lost));
}
