import { familyOf } from "./family.ts";
import type { Rule } from "./rule.ts";

/** `rule` in the language of Prometheus. */
export function expressionOf(rule: Rule): string {
  const condition = `${valueExpression(rule)} ${rule.side === "above" ? ">" : "<"} ${rule.bound}`;
  return rule.busy ? `${condition} and on () (${familyOf("inFlight").name} > 0)` : condition;
}

/** Expression that `rule` compares with its bound. */
export function valueExpression({ kind, family, metric, quantile, by, overMs, side }: Rule): string {
  const { name } = familyOf(family);
  const range = `[${durationText(overMs)}]`;
  const labels = by.join(", ");
  if (kind === "quantile") {
    return `histogram_quantile(${quantile}, sum by (${["le", ...by].join(", ")}) (rate(${name}_bucket${range})))`;
  }
  if (kind === "rate") {
    const rate = `sum by (${labels}) (rate(${name}_total${range}))`;
    return metric === "throughputPerGpu" ? `${rate} / sum by (${labels}) (${familyOf("gpus").name}) / 1000` : rate;
  }
  const level = overMs === 0 ? name : `avg_over_time(${name}${range})`;
  return `${side === "above" ? "max" : "min"} by (${labels}) (${level})`;
}

/** A time as Prometheus writes it, as `1m30s`. */
export function durationText(ms: number): string {
  if (ms === 0) return "0s";
  let text = "";
  let rest = ms;
  for (const [unit, size] of [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["m", 60_000],
    ["s", 1_000],
    ["ms", 1],
  ] as const) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) text += `${count}${unit}`;
  }
  return text;
}
