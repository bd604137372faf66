import * as z from "zod";
import { amount, count } from "./plain-number.ts";

const number = z.number();

export const alertSchema = z.strictObject({
  name: z.string(),
  labels: z.record(z.string(), z.string()),
  pendingAtSeconds: amount.describe("the first evaluation at which its condition held"),
  firingAtSeconds: amount.nullable().describe("null where it is pending at the end"),
  resolvedAtSeconds: amount.nullable().describe("null where it fires, or is pending, at the end"),
});

export const alertRuleSchema = z.strictObject({
  name: z.string(),
  metric: z.string(),
  above: number.nullable().describe("the bound, in the metric's base unit; null where there is one below"),
  below: number.nullable(),
  forSeconds: amount,
  everySeconds: amount.describe("between two evaluations"),
  fired: count.describe("alerts, of all labels; the first 1,000 of a rule are listed one by one"),
  pending: count.describe("times that the condition began to hold and the alert did not fire"),
  longestPendingSeconds: amount.describe("that the condition held without firing, or until it did"),
  sustained: number
    .nullable()
    .describe(
      "the worst value that held for as long as the rule waits: it fires with any bound on this side of it, and with none from it on; null where nothing held",
    ),
});

/** Outcome of the alert rules. */
export const alertsSchemas = {
  alerts: z.array(alertSchema).optional().describe("that fired, and that are pending at the end; only where there are rules"),
  neverFired: z.array(z.string()).optional().describe("names of rules of which no alert fired"),
  alertRules: z.array(alertRuleSchema).optional().describe("each rule, and how far it was from its bound"),
};

export type AlertReport = z.output<typeof alertSchema>;
export type AlertRuleReport = z.output<typeof alertRuleSchema>;
