import { counted } from "@tokenyard/scenario";
import type { AlertReport, AlertRuleReport } from "../../schema/alerts-schema.ts";
import type { Report } from "../../schema/report.ts";
import { boundOf } from "../alert-bound.ts";
import { alertUnitOf } from "../alert-unit.ts";
import type { Page } from "../page.ts";
import { phrases } from "../paragraph.ts";
import { measured, seconds } from "../quantity.ts";

/** Alerts of a rule that are listed one by one. */
const MOST = 3;

/** Outcome of the rules: those that fired, with times and series, and the distance of the others. */
export function alertLines({ alerts, alertRules, seeds }: Report, { ink, width }: Page): string[] {
  if (alertRules === undefined || alerts === undefined) return [];
  const ofWhich = seeds === undefined ? "" : ink.faint(`  of seed ${seeds.first}`);
  return [
    ink.strong("Alerts") + ofWhich,
    ...alertRules.flatMap((rule) =>
      phrases(
        rulePhrases(
          rule,
          alerts.filter(({ name }) => name === rule.name),
        ),
        "  ",
        width,
      ),
    ),
  ];
}

function rulePhrases(rule: AlertRuleReport, alerts: readonly AlertReport[]): string[] {
  const { name, metric, above, below, forSeconds, fired, pending, longestPendingSeconds, sustained } = rule;
  const unit = alertUnitOf(metric);
  const bound = above === null ? `below ${measured(below, unit)}` : `above ${measured(above, unit)}`;
  const waits = forSeconds === 0 ? "" : ` for ${seconds(forSeconds)}`;
  const firing = alerts.filter(({ firingAtSeconds }) => firingAtSeconds !== null);
  const open = alerts.length - firing.length;
  const listed = firing.slice(0, MOST).map(alertText);
  const more = fired - listed.length;
  return [
    `${name}, ${metric} ${bound}${waits}: ${fired === 0 ? "never fired" : `fired ${listed.join("; ")}${more > 0 ? `; and ${more} more` : ""}`}`,
    ...(pending === 0 ? [] : [`pending ${counted(pending, "time")} without firing, ${seconds(longestPendingSeconds)} at most`]),
    ...(open === 0 ? [] : [`${open} pending at the end`]),
    reachPhrase(sustained, metric, above === null ? "below" : "above"),
  ];
}

/** Phrase on the largest sustained value; no rule has a bound below 0. */
function reachPhrase(sustained: number | null, metric: string, side: "above" | "below"): string {
  if (sustained === null || (side === "above" && sustained <= 0)) return "no bound would have fired";
  return side === "above"
    ? `any bound under ${boundOf(sustained, metric, "down")} fires`
    : `any bound over ${boundOf(sustained, metric, "up")} fires`;
}

function alertText({ labels, firingAtSeconds, resolvedAtSeconds }: AlertReport): string {
  const whose = Object.entries(labels)
    .map(([label, value]) => `${label} ${value}`)
    .join(" ");
  const until = resolvedAtSeconds === null ? "to the end" : `to ${seconds(resolvedAtSeconds)}`;
  return `${whose === "" ? "" : `${whose} `}from ${seconds(firingAtSeconds)} ${until}`;
}
