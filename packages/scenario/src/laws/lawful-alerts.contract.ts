import { WATCHED } from "../metrics/watched.ts";
import { formatQuantity } from "../quantities/quantity.ts";

/** `tree` of alerts with the rules between its keys kept: which metric a rule watches follows from its place and how long its name is. */
export function lawfulAlerts({ every, rules, ...rest }: Record<string, unknown>): object {
  if (!Array.isArray(rules)) return { ...rest, every, rules };
  return { ...rest, every: "5 s", rules: rules.map(lawfulRule) };
}

function lawfulRule(rule: Record<string, unknown>, place: number): object {
  const { name, metric: _, by, over, above, below: __, for: waits, keepFiringFor, ...rest } = rule;
  const { name: metric, kind, unit, labels, most } = WATCHED[(place * 7 + String(name).length) % WATCHED.length]!;
  const bound = unit === "" ? (most ?? 3) : formatQuantity(0.5, unit);
  return {
    ...rest,
    name: `Rule${place}`,
    metric,
    ...(by === undefined ? {} : { by: [...labels] }),
    ...(over === undefined && kind === "level" ? {} : { over: "30 s" }),
    ...(above === undefined ? { below: bound } : { above: bound }),
    ...(waits === undefined ? {} : { for: "1500 ms" }),
    ...(keepFiringFor === undefined ? {} : { keepFiringFor: "5 s" }),
  };
}
