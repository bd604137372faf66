import type { Report } from "@tokenyard/report";

/** Runs whose numbers are not those of a steady load, with the message of the first of them. */
export interface Unsteady {
  /** `overload`: latencies grow with the length of the run; `burst`: requests came for too short a time to say. */
  readonly code: "overload" | "burst";
  readonly runs: number;
  readonly message: string;
}

/** Counts the runs of one scenario that had no steady load. */
export class UnsteadyRuns {
  readonly #found: Record<Unsteady["code"], { runs: number; message: string }> = {
    overload: { runs: 0, message: "" },
    burst: { runs: 0, message: "" },
  };

  add({ warnings }: Pick<Report, "warnings">): void {
    for (const { code, message } of warnings) {
      if (code !== "overload" && code !== "burst") continue;
      const found = this.#found[code];
      if (found.runs++ === 0) found.message = message;
    }
  }

  /** Kind of unsteadiness that most runs had; undefined if all were steady. */
  get most(): Unsteady | undefined {
    const { overload, burst } = this.#found;
    if (overload.runs + burst.runs === 0) return undefined;
    return overload.runs >= burst.runs ? { code: "overload", ...overload } : { code: "burst", ...burst };
  }
}
