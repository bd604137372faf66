import { type FamilyKey, familiesOf, watchOf } from "@tokenyard/metrics";
import { NETWORK, type Op } from "@tokenyard/program";
import type { Scenario } from "@tokenyard/scenario";

/** Hears of each request that has left. */
const OF_REQUESTS = [
  "arrived",
  "finished",
  "failed",
  "rejected",
  "preempted",
  "goodput",
  "goodTokens",
  "withinTtft",
  "withinTpot",
  "withinE2e",
  "queue",
  "prefill",
  "ttft",
  "tpot",
  "itl",
  "e2e",
] as const satisfies readonly FamilyKey[];

/** Quantities that samples request: others are not computed. */
export class SampledQuantities {
  /** Work of ranks. */
  readonly ranks: boolean;
  /** Bytes of their memory, and FLOPs of stages. */
  readonly bytes: boolean;
  /** Operations of communication. */
  readonly ops: boolean;
  /** True if destinations of copies are sampled. */
  readonly copies: boolean;
  readonly tokens: boolean;
  /** Counts of requests. */
  readonly requests: boolean;
  /** Caches that move between pools. */
  readonly transfers: boolean;
  /** Undefined: all. */
  readonly #families: ReadonlySet<FamilyKey> | undefined;

  constructor(families: readonly FamilyKey[] | undefined) {
    this.#families = families && new Set(families);
    this.ranks = this.has("computeUse", "networkUse", "flopsUse", "expertUse");
    this.bytes = this.has("memoryBandwidthUse", "flopsUse");
    this.ops = this.has("collective");
    this.copies = this.has("expertCopies", "expertCapacityUse", "droppedCopies", "reroutedCopies", "maskedCopies", "droppedShare");
    this.tokens = this.has("tokens", "promptTokens", "outputTokens", "passes");
    this.requests = this.has(...OF_REQUESTS);
    this.transfers = this.has("transfers", "transferBytes", "transfersWaiting", "transfersMoving", "transferTime", "transferWait");
  }

  /** Whether any of the families `keys` is sampled. */
  has(...keys: readonly FamilyKey[]): boolean {
    return keys.some((key) => this.#families === undefined || this.#families.has(key));
  }

  /** Whether any quantity is sampled that ops report. */
  get work(): boolean {
    return this.ranks || this.bytes || this.ops;
  }

  /** Whether any of `ops` is sampled. */
  asksOf(ops: readonly Op[]): boolean {
    return this.ranks || this.bytes || (this.ops && ops.some(({ lane }) => lane === NETWORK));
  }
}

/** Quantities that `asked` names (all if it names none), and those that alert rules of the scenario need. */
export function wantedOf({ alerts }: Scenario, asked: { readonly families?: readonly FamilyKey[] } | undefined): SampledQuantities {
  if (asked !== undefined && asked.families === undefined) return new SampledQuantities(undefined);
  return new SampledQuantities([...(asked?.families ?? []), ...(alerts === undefined ? [] : familiesOf(watchOf(alerts).rules))]);
}
