import type { Report } from "@tokenyard/report";
import type { Parameters } from "../../points/point.ts";
import type { Asked } from "../questions/asked.ts";
import type { Certificate } from "./certificate.ts";
import type { SeededPlan } from "./seeded.ts";
import type { Uncertainty } from "./uncertainty.ts";

/** A plan that a search has run. */
export interface ExaminedPlan {
  readonly parameters: Parameters;
  /** Values by objective, in the units of the report; null where it has none. */
  readonly objectives: Readonly<Record<string, number | null>>;
  /** The range of each of them; null where nothing is known to err. */
  readonly uncertainty: Readonly<Record<string, Uncertainty | null>>;
  readonly report: Report;
}

/** Progress and results of a search. */
export interface Optimum {
  /** Objectives as requested. */
  readonly objectives: Asked["objectives"];
  /** All constraints on a plan, as text. */
  readonly constraints: readonly string[];
  /** Null as long as no plan holds the constraints and has a value of every objective. */
  readonly best: ExaminedPlan | null;
  /** Plans that meet the constraints and that no plan beats in every objective, in the order of `best`; one of equal plans. */
  readonly front: readonly ExaminedPlan[];
  /** The scenario's own plan, whether or not it holds the constraints; null as long as it has not been run, or when it cannot be. */
  readonly given: (ExaminedPlan & { readonly holds: readonly boolean[] }) | null;
  /** Plans that were run. */
  readonly examined: number;
  /** Plans whose run was stopped as soon as they provably could not win. */
  readonly beaten: number;
  /** Plans that hold the constraints and have no value of an objective, such as a cost where no GPU has a price. */
  readonly valueless: number;
  /** Plans that were run again with exact draws, where experts went by their law: the best, the one after it, and those within twice the law's error of it. */
  readonly drawnExactly?: number;
  /** Plans that keep their numbers by the law, as their exact run gave no report, with the reason for the first. */
  readonly keptByLaw?: { readonly plans: number; readonly reason: string };
  /** Plans that have not been run again. */
  readonly leftToDraw?: number;
  /** The best plans over several seeds together, in the order by the first of them, as many as it took to find two that hold; absent unless asked for. */
  readonly seeds?: readonly SeededPlan[];
  /** Plans that were not run because they provably cannot win. */
  readonly pruned: number;
  /** Plans that cannot be. */
  readonly infeasible: number;
  /** Runs that failed, by our fault or that of a plug-in. */
  readonly failed: number;
  /** Why the first of them did. */
  readonly failure?: string;
  /** Plans left to examine; null while they are being counted. */
  readonly left: number | null;
  /** Whether no plan is better than `best`, or none holds the constraints when there is none. */
  readonly proven: boolean;
  /** Why plans cannot be, the most frequent first. */
  readonly reasons: readonly Reason[];
  /** How the search came to its answer; of loads alone. */
  readonly certificate?: Certificate;
  /** If no plan holds the constraints, the one that misses them by least. */
  readonly nearest?: NearestMiss;
  /** Whether every plan was examined, pruned or infeasible: then the front is whole. */
  readonly exhaustive: boolean;
}

/** A plan that misses constraints, with values that would let it hold them. */
export interface NearestMiss extends ExaminedPlan {
  /** Missed constraints as text, with the plan's values: it would hold them at those bounds. */
  readonly missed: readonly { readonly constraint: string; readonly value: number; readonly bound: number }[];
}

export interface Reason {
  /** Path of the scenario. */
  readonly path: string;
  readonly plans: number;
  /** Message of the first of them. */
  readonly message: string;
}
