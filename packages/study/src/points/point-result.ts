import type { Report } from "@tokenyard/report";
import type { Parameters } from "./point.ts";

/**
 * Result of a point: one row of a study. Plain data, written as one line of JSON. `infeasible`: no such scenario is possible, for the given
 * reason (degrees that do not divide, a model that does not fit). `failed`: an internal fault; the study continues. `beaten`: it passed its
 * limit and was stopped. A point of years has their accounts in place of a report.
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
