import { nsFromSeconds } from "@tokenyard/engine";
import type { HealthSpec } from "@tokenyard/scenario";
import { detectionOf } from "./detection.ts";
import type { Symptom } from "./fault-kinds/fault-kind.ts";
import type { Detecting } from "./own-health.ts";

/** A fault on ranks of one replica, and the first instant at which something was to be computed that needs them; undefined: there has been nothing. */
export interface Watched {
  readonly of: Symptom & { readonly kind: string };
  readonly replica: number;
  /** Numbered through all replicas. */
  readonly ranks: readonly number[];
  readonly atNs: number;
  readonly trafficNs: number | undefined;
}

/** When `watched` is known, and by whom: by the detectors of `health`, or by a `detection` of a caller, which hears when these would know. Undefined: never. */
export function sightOf(
  health: HealthSpec,
  detection: Detecting | undefined,
  { of, replica, ranks, atNs, trafficNs }: Watched,
): { readonly by: string; readonly atNs: number } | undefined {
  const byDetectors = detectionOf(health, of, atNs, trafficNs);
  if (detection === undefined) return byDetectors;
  const knownSeconds = detection.knownSeconds({
    kind: of.kind,
    replica,
    ranks,
    atSeconds: atNs / 1e9,
    trafficSeconds: trafficNs === undefined ? undefined : trafficNs / 1e9,
    isGone: of.isGone,
    withNode: of.withNode,
    raisesError: of.raisesError,
    detectorsSeconds: byDetectors && byDetectors.atNs / 1e9 - health.confirm,
  });
  if (knownSeconds === undefined) return undefined;
  const afterNs = nsFromSeconds(Math.max(0, knownSeconds - atNs / 1e9)); // years are longer than times of the engine
  return { by: detection.kind, atNs: atNs + afterNs + nsFromSeconds(health.confirm) };
}
