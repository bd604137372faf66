import type { Unit } from "../quantities/units.ts";

/** Labels of a series. */
export type SeriesLabel = "replica" | "rank" | "layer" | "expert" | "op" | "position";

/** A metric that alert rules may watch during a run. */
export interface Watched {
  readonly name: string;
  /** A level at an instant, a count over a time, or a quantile of the values in it. */
  readonly kind: "level" | "rate" | "quantile";
  readonly unit: Unit | "";
  readonly labels: readonly SeriesLabel[];
  /** Largest possible value, if known. */
  readonly most?: number;
}

const BY_REPLICA = ["replica"] as const;
const BY_RANK = ["replica", "rank"] as const;

/** Every metric that a rule may name. Source: docs/alerts.md. */
export const WATCHED: readonly Watched[] = [
  level("expertCapacityUse", "%", ["replica", "layer", "expert"]),
  level("computeUse", "%", BY_RANK),
  level("networkUse", "%", BY_RANK),
  level("memoryBandwidthUse", "%", BY_RANK),
  part("memoryShare", "%", BY_RANK),
  part("memoryUse", "%", BY_RANK),
  part("kvUse", "%", BY_REPLICA),
  part("rankKvUse", "%", BY_RANK),
  level("running", "", BY_REPLICA),
  level("waiting", "", BY_REPLICA),
  level("inFlight", "", []),
  level("faults", "", []),
  part("replicasDown", "", BY_REPLICA),
  part("droppedShare", "%", ["replica", "layer"]),
  level("hitShare", "%", BY_REPLICA),
  level("transfersWaiting", "", []),
  part("breakerOpen", "", BY_REPLICA),
  { name: "throughputPerGpu", kind: "rate", unit: "tokens/ms", labels: BY_REPLICA },
  ...["finished", "failed", "rejected", "preempted", "goodput", "attempts"].map(
    (name) => ({ name, kind: "rate", unit: "requests/s", labels: [] }) as const,
  ),
  ...["p50", "p99"].map((q) => ({ name: `collective.${q}`, kind: "quantile", unit: "s", labels: ["op"] }) as const),
  ...["queue", "ttft", "tpot", "itl", "e2e"].flatMap((of) =>
    ["p50", "p99"].map((q) => ({ name: `${of}.${q}`, kind: "quantile", unit: "s", labels: [] }) as const),
  ),
];

const NAMED: ReadonlyMap<string, Watched> = new Map(WATCHED.map((each) => [each.name, each]));

/** The metric of that name; undefined when there is none. */
export function watchedOf(name: string): Watched | undefined {
  return NAMED.get(name);
}

function level(name: string, unit: Unit | "", labels: readonly SeriesLabel[]): Watched {
  return { name, kind: "level", unit, labels };
}

/** A share of a whole, or 1 for a fact that holds. */
function part(name: string, unit: Unit | "", labels: readonly SeriesLabel[]): Watched {
  return { ...level(name, unit, labels), most: 1 };
}
