import type { Report } from "@tokenyard/report";
import type { Parameters } from "./point.ts";

/**
 * What became of a point: one row of a study. Plain data, written as one line of JSON.
 * `infeasible`: no such scenario can be, for the reason given (degrees that do not divide, a model that does not fit).
 * `failed`: our fault; the study goes on. `beaten`: it has a limit, and was broken off when it passed that.
 * A point of years has their accounts in place of a report.
 */
export type PointResult<Answer = Report> =
  | { readonly index: number; readonly parameters: Parameters; readonly status: "ok"; readonly report: Answer }
  | {
      readonly index: number;
      readonly parameters: Parameters;
      readonly status: "infeasible" | "failed" | "beaten";
      readonly reason: string;
    };

export type PointStatus = PointResult["status"];
