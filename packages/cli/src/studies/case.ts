import type { Interval, Report } from "@tokenyard/report";
import { estimateOf, type Formula, type Parameters, type PointResult, type PointStatus, resultScope } from "@tokenyard/study";

/** What a study says of one choice of parameters: the means of its replications, without their reports. */
export interface Case {
  /** Of its first row. */
  readonly index: number;
  readonly parameters: Parameters;
  readonly status: PointStatus;
  /** Why there is no result. */
  readonly reason: string | null;
  /** The mean of each formula; null where it has no value. */
  readonly values: readonly (number | null)[];
  /** The 95 % interval of each mean; null where there is none, as of one replication. */
  readonly intervals: readonly (Interval | null)[];
  /** Whether every replication meets what is demanded: its targets, or the constraints of a search; null without a result. */
  readonly met: boolean | null;
}

/** Whether a run meets every target of its scenario. */
export function meetsTargets({ targets }: Report): boolean {
  return targets.every(({ met }) => met);
}

/** Makes cases of the rows of a study as they come. Holds no report. */
export class CaseBook {
  readonly formulas: readonly Formula[];
  /** Those that are whole, in order. */
  readonly cases: Case[] = [];
  readonly #replications: number;
  readonly #meets: (report: Report) => boolean;
  #draft: Draft | undefined;

  /** `replications` of each choice follow one another; when there are several, their parameters tell the seed. `meets` says what is demanded. */
  constructor(formulas: readonly Formula[], replications: number, meets: (report: Report) => boolean) {
    this.formulas = formulas;
    this.#replications = replications;
    this.#meets = meets;
  }

  add(row: PointResult): void {
    const parameters = this.#replications > 1 ? withoutSeed(row.parameters) : row.parameters;
    if (this.#draft !== undefined && !isSame(this.#draft.parameters, parameters)) this.end();
    this.#draft ??= { index: row.index, parameters, rows: 0, observed: this.formulas.map(() => []), met: true, reason: null, status: "ok" };
    const draft = this.#draft;
    draft.rows++;
    if (row.status === "ok") {
      const scope = resultScope(row.report);
      for (const [i, { evaluate }] of this.formulas.entries()) draft.observed[i]!.push(evaluate(scope));
      draft.met &&= this.#meets(row.report);
    } else if (draft.status !== "failed") {
      draft.status = row.status;
      draft.reason = row.reason;
    }
    if (draft.rows === this.#replications) this.end();
  }

  /** Nothing more comes: what there is of the last case is its all. */
  end(): void {
    if (this.#draft !== undefined) this.cases.push(caseOf(this.#draft, this.formulas));
    this.#draft = undefined;
  }
}

/** A case of which more rows may come. */
interface Draft extends Pick<Case, "index" | "parameters"> {
  rows: number;
  /** [formulas][rows] */
  readonly observed: (number | null)[][];
  met: boolean;
  reason: string | null;
  status: PointStatus;
}

function caseOf({ index, parameters, observed, met, reason, status }: Draft, formulas: readonly Formula[]): Case {
  const estimates = observed.map((values, i) => {
    const there = values.filter((value) => value !== null);
    return status === "ok" ? estimateOf(there, formulas[i]!.range) : undefined;
  });
  return {
    index,
    parameters,
    status,
    reason,
    values: estimates.map((estimate) => estimate?.mean ?? null),
    intervals: estimates.map((estimate) => estimate?.interval ?? null),
    met: status === "ok" ? met : null,
  };
}

function withoutSeed({ seed: _, ...parameters }: Parameters): Parameters {
  return parameters;
}

function isSame(a: Parameters, b: Parameters): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
