import * as z from "zod";
import { WATCHED, type Watched, watchedOf } from "../metrics/watched.ts";
import { nearest } from "../problems/nearest.ts";
import { formatQuantity, parseQuantity, wantedQuantity } from "../quantities/quantity.ts";
import { late } from "./language/late.ts";
import { means } from "./language/means.ts";
import { quantity } from "./language/quantity.ts";
import { rule } from "./language/rule.ts";

/** Samples in the time that a rule looks back on, or waits, at most. */
const MOST_SAMPLES = 10_000;

/** Watched metrics and alert rules. */
export const alertsSchema = late(() => {
  const bound = z.union([z.number(), z.string()]);
  const time = quantity("s", { positive: true });

  const ruleSchema = z
    .strictObject({
      name: z
        .string()
        .max(64)
        .refine((name) => /^[A-Za-z_]\w*$/.test(name), { error: "a word of letters, digits and _, such as ExpertOverload" })
        .apply(means, "name of the alert"),
      metric: z
        .string()
        .max(64)
        .apply(means, `metric to evaluate: ${WATCHED.map(({ name }) => name).join(", ")}`),
      by: z
        .array(z.enum(["replica", "rank", "layer", "expert", "op"]))
        .max(5)
        .optional()
        .apply(
          means,
          "labels that separate alerts; over the other labels gauges are aggregated by their worst value and counters are summed; if unset: one alert",
        ),
      over: time
        .optional()
        .apply(means, "window, both ends included: a gauge is averaged over it; required for counters; if unset: the value at the instant"),
      above: bound
        .optional()
        .apply(means, "the alert fires if the metric is above this value, written with its unit, such as 90 % or 5 ms"),
      below: bound.optional().apply(means, "the alert fires if the metric is below this value"),
      for: quantity("s").optional().apply(means, "how long the condition must hold, at every evaluation; if unset: it fires at the first"),
      keepFiringFor: quantity("s").optional().apply(means, "how long it keeps firing after the condition has ended; if unset: not at all"),
      when: z.enum(["busy"]).optional().apply(means, "`busy`: only while any request is in flight; if unset: always"),
    })
    .check(
      rule<{ above?: unknown; below?: unknown }>(
        ["above"],
        ({ above, below }) => (above === undefined) === (below === undefined),
        () => "one of above and below",
      ),
    )
    .superRefine(
      (given: unknown, context) => {
        const { metric: name, by, over, above, below } = given as Partial<Record<"metric" | "by" | "over" | "above" | "below", unknown>>;
        if (typeof name !== "string") return;
        const metric = watchedOf(name);
        if (metric === undefined) {
          const names = WATCHED.map((each) => each.name);
          const suggestion = nearest(name, names);
          const wanted = `a metric that is watched: ${names.join(", ")}`;
          context.addIssue({
            code: "custom",
            path: ["metric"],
            message: wanted,
            input: name,
            params: suggestion === undefined ? {} : { suggestion },
          });
          return;
        }
        for (const [key, value] of Object.entries({ above, below })) {
          const wanted = value === undefined ? undefined : wrongBound(metric, value);
          if (wanted !== undefined) context.addIssue({ code: "custom", path: [key], message: wanted, input: value });
        }
        for (const [i, label] of (Array.isArray(by) ? by : []).entries()) {
          const labels: readonly unknown[] = metric.labels;
          if (labels.includes(label) && Array.isArray(by) && by.indexOf(label) === i) continue;
          const wanted = labels.length === 0 ? `nothing: ${name} has no labels` : `labels of ${name}, each once: ${labels.join(", ")}`;
          context.addIssue({ code: "custom", path: ["by", i], message: wanted, input: label });
        }
        if (over === undefined && metric.kind !== "level") {
          const wanted = `a time to look back on, as 30 s: ${name} is ${metric.kind === "rate" ? "a rate" : "a quantile of what was seen in it"}`;
          context.addIssue({ code: "custom", path: ["over"], message: wanted, input: over });
        }
      },
      { when: ({ value }) => typeof value === "object" && value !== null },
    );

  return z
    .strictObject({
      every: time.describe("interval of samples and of evaluations of the rules"),
      rules: z.array(ruleSchema).min(1).max(100).apply(means, "alert rules, in the style of Prometheus"),
    })
    .superRefine(
      (given: unknown, context) => {
        const { every, rules } = given as { every?: unknown; rules?: unknown };
        const issue = (path: (string | number)[], message: string, input: unknown) =>
          context.addIssue({ code: "custom", path, message, input });
        if (typeof every === "number" && !isWhole(every)) issue(["every"], "whole milliseconds", formatQuantity(every, "s"));
        const seen = new Set<unknown>();
        for (const [i, each] of (Array.isArray(rules) ? rules : []).entries()) {
          if (typeof each !== "object" || each === null) continue;
          if (seen.has(each.name)) issue(["rules", i, "name"], "a name of its own: another rule has it", each.name);
          seen.add(each.name);
          for (const key of ["over", "for", "keepFiringFor"]) {
            const seconds: unknown = each[key];
            if (typeof seconds !== "number") continue;
            if (!isWhole(seconds)) issue(["rules", i, key], "whole milliseconds", formatQuantity(seconds, "s"));
            if (typeof every !== "number") continue;
            if (seconds / every > MOST_SAMPLES)
              issue(
                ["rules", i, key],
                `at most ${formatQuantity(every * MOST_SAMPLES, "s")}: ${MOST_SAMPLES} times every`,
                formatQuantity(seconds, "s"),
              );
            const counted = watchedOf(each.metric)?.kind ?? "level";
            if (key === "over" && counted !== "level" && seconds < every)
              issue(
                ["rules", i, key],
                `at least ${formatQuantity(every, "s")}, as every: what is counted takes two samples`,
                formatQuantity(seconds, "s"),
              );
          }
        }
      },
      { when: ({ value }) => typeof value === "object" && value !== null },
    );
}).apply(means, "alert rules that are evaluated during the run; if unset: none");

export type AlertsSpec = NonNullable<z.output<typeof alertsSchema>>;
export type AlertRuleSpec = AlertsSpec["rules"][number];

/** Milliseconds, as Prometheus counts them. */
function isWhole(seconds: number): boolean {
  const ms = seconds * 1e3;
  return Math.abs(ms - Math.round(ms)) <= 1e-9 * ms;
}

/** Problem of `value` as a bound of `metric`; undefined for a legal one. */
function wrongBound({ name, unit, most, labels }: Watched, value: unknown): string | undefined {
  if (unit === "") {
    if (typeof value !== "number" || !(value >= 0 && value <= Number.MAX_VALUE)) return "a number from 0 up, without a unit";
    return most === undefined || value <= most ? undefined : `at most ${most}: ${name} is 0 or 1 for each ${labels.join()}, and never more`;
  }
  if (typeof value !== "string") return wantedQuantity(unit);
  const parsed = parseQuantity(value, unit);
  if (typeof parsed !== "number") return parsed.wanted;
  return most === undefined || parsed <= most ? undefined : `at most ${formatQuantity(most, unit)}: ${name} is never more`;
}
