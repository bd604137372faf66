import type { Episode } from "./alarm.ts";
import type { RuleOutcome } from "./alert-watch.ts";
import { durationText, expressionOf } from "./expression.ts";
import { type FamilyKey, familyOf, widthOf } from "./family.ts";
import type { KeptSamples } from "./kept-samples.ts";
import { boundText, labelsText, numberText } from "./open-metrics.ts";
import type { Rule, Watch } from "./rule.ts";

/** Instants at which a rule is tested, at most. */
const MOST_TESTS = 100;

/** The rules as Prometheus reads them. */
export function rulesFile({ everyMs, rules }: Watch): string {
  const lines = rules.flatMap((rule) => [
    `  - alert: ${rule.name}`,
    `    expr: ${JSON.stringify(expressionOf(rule))}`,
    ...(rule.forMs === 0 ? [] : [`    for: ${durationText(rule.forMs)}`]),
    ...(rule.keepMs === 0 ? [] : [`    keep_firing_for: ${durationText(rule.keepMs)}`]),
  ]);
  return `groups:\n- name: tokenyard\n  interval: ${durationText(everyMs)}\n  rules:\n${lines.join("\n")}\n`;
}

/** The families that `rules` are worked out from. */
export function familiesOf(rules: readonly Rule[]): FamilyKey[] {
  return [
    ...new Set(
      rules.flatMap(({ family, metric, busy }): FamilyKey[] => [
        family,
        ...(metric === "throughputPerGpu" ? (["gpus"] as const) : []),
        ...(busy ? (["inFlight"] as const) : []),
      ]),
    ),
  ];
}

/** A unit test for `promtool test rules`: the series of `samples`, and what `outcomes` say is pending and fires, at the instants at which that changes and just before. */
export function testFile({ everyMs, rules }: Watch, outcomes: readonly RuleOutcome[], samples: KeptSamples): string {
  const endMs = (samples.count - 1) * everyMs;
  const every = durationText(everyMs);
  return `${[
    "rule_files: [rules.yml]",
    `evaluation_interval: ${every}`,
    "tests:",
    `- interval: ${every}`,
    "  input_series:",
    ...familiesOf(rules).flatMap((key) => seriesLines(key, samples)),
    "  alert_rule_test:",
    ...outcomes.flatMap((outcome) => instantsOf(outcome, everyMs, endMs).flatMap((atMs) => firingLines(outcome, atMs))),
    "  promql_expr_test:",
    ...outcomes.flatMap((outcome) => instantsOf(outcome, everyMs, endMs).flatMap((atMs) => pendingLines(outcome, atMs))),
  ].join("\n")}\n`;
}

function seriesLines(key: FamilyKey, samples: KeptSamples): string[] {
  const { name, type, labels, bounds } = familyOf(key);
  const own = (values: readonly string[]) => labels.map((label, at) => [label, values[at]!] as const);
  const lines = (title: string, at: number) => [`  - series: '${title}'`, `    values: '${shortened(samples.column(key, at))}'`];
  return samples.series(key).flatMap((values, s) => {
    if (bounds === undefined) return lines(`${name}${type === "counter" ? "_total" : ""}${labelsText(own(values))}`, s);
    return [...bounds, Number.POSITIVE_INFINITY].flatMap((bound, b) =>
      lines(`${name}_bucket${labelsText([...own(values), ["le", boundText(bound)]])}`, s * widthOf({ bounds }) + b),
    );
  });
}

/** Values that come again and again are written once: `2x3` is 2 and three more. */
function shortened(values: Float64Array): string {
  const parts: string[] = [];
  for (let at = 0; at < values.length; ) {
    let end = at + 1;
    while (end < values.length && values[end] === values[at]) end++;
    parts.push(`${numberText(values[at]!)}${end - at > 1 ? `x${end - at - 1}` : ""}`);
    at = end;
  }
  return parts.join(" ");
}

/** When something begins or ends, and the evaluation before that; the last of all. None from where on alerts are left out. */
function instantsOf({ episodes, fired }: RuleOutcome, everyMs: number, endMs: number): number[] {
  const all = new Set([endMs]);
  for (const { pendingMs, firingMs, resolvedMs } of episodes.slice(0, MOST_TESTS)) {
    for (const atMs of [pendingMs, firingMs, resolvedMs]) {
      if (atMs < 0) continue;
      all.add(atMs);
      if (atMs >= everyMs) all.add(atMs - everyMs);
    }
  }
  const listed = episodes.filter(({ firingMs }) => firingMs >= 0);
  const untilMs = listed.length === fired ? endMs : listed.at(-1)!.firingMs - everyMs; // from then on not all are listed
  return [...all]
    .filter((atMs) => atMs <= untilMs)
    .sort((a, b) => a - b)
    .slice(-MOST_TESTS);
}

function firingLines(outcome: RuleOutcome, atMs: number): string[] {
  const firing = outcome.episodes.filter(
    ({ firingMs, resolvedMs }) => firingMs >= 0 && firingMs <= atMs && (resolvedMs < 0 || resolvedMs > atMs),
  );
  return [
    `  - alertname: ${outcome.rule.name}`,
    `    eval_time: ${durationText(atMs)}`,
    ...(firing.length === 0 ? [] : ["    exp_alerts:"]),
    ...firing.map(
      (episode) =>
        `    - exp_labels: {${labelsOf(outcome, episode)
          .map(([name, value]) => `${name}: "${value}"`)
          .join(", ")}}`,
    ),
  ];
}

/** Lines of pending alerts: only those that fired later, or are pending at the end, are known to have been pending. */
function pendingLines(outcome: RuleOutcome, atMs: number): string[] {
  const { name } = outcome.rule;
  return outcome.episodes
    .filter(({ pendingMs, firingMs }) => pendingMs === atMs && (firingMs < 0 || firingMs > atMs))
    .flatMap((episode) => {
      const labels = labelsText([["alertname", name], ["alertstate", "pending"], ...labelsOf(outcome, episode)]);
      return [
        `  - expr: 'ALERTS${labels}'`,
        `    eval_time: ${durationText(atMs)}`,
        "    exp_samples:",
        `    - labels: 'ALERTS${labels}'`,
        "      value: 1",
      ];
    });
}

function labelsOf({ rule, labels }: RuleOutcome, { group }: Episode): (readonly [string, string])[] {
  return rule.by.map((label, i) => [label, labels[group]![i]!] as const);
}
