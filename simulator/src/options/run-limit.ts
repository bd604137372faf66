import { isDealtOut, Problems, type Scenario } from "@tokenyard/scenario";

/** For a batch that is dealt out at the start: simulated time after which the run is of no use. */
export interface RunLimit {
  /** By then every request must have its first token. */
  readonly firstTokensNs: number;
  /** Instant by which all must have finished. */
  readonly endNs: number;
}

/** Whether so much is known of a run before it begins that a limit means something: under load, and where requests may fail, first tokens may never come. */
function mayHaveLimit({ workload, serving, faults }: Scenario): boolean {
  return workload.kind === "batch" && isDealtOut(serving.scheduler) && faults === undefined;
}

/** Whether a run passes its limit, as soon as that is known. */
export class LimitWatch {
  isPassed = false;
  readonly #firstTokensNs: number;
  readonly #endNs: number;

  /** Throws for a run that can have no limit. */
  constructor({ firstTokensNs, endNs }: RunLimit, scenario: Scenario) {
    if (!mayHaveLimit(scenario)) throw new Error("a limit of a run whose batch is not dealt out at the start, or that faults may strike");
    this.#firstTokensNs = firstTokensNs;
    this.#endNs = endNs;
  }

  /** The run has reached `nowNs`, or is known to reach it, before some first tokens if `isFirst`. */
  reach(nowNs: number, isFirst: boolean): void {
    if (nowNs > this.#endNs || (isFirst && nowNs > this.#firstTokensNs)) this.isPassed = true;
  }
}

/** The problem of a run that lasts longer than simulated time can be counted. */
export function tooLong(): Problems {
  const wanted = "a run that ends within 104 days, in which nanoseconds are whole numbers: fewer tokens, or faster machines and links";
  return new Problems([{ path: ["workload"], given: "more than 104 days of simulated time", wanted }]);
}
