import { VERDICTS } from "./verdicts/audited-claim.ts";

const text = { type: "string" };
const number = { type: "number" };
const count = { type: "integer", minimum: 0 };
const orNull = (type: string) => ({ type: [type, "null"] });
const list = (items: object) => ({ type: "array", items });
const oneOf = (values: readonly string[]) => ({ enum: [...values] });

function map(properties: Readonly<Record<string, object>>, optional: Readonly<Record<string, object>> = {}): object {
  return { type: "object", properties: { ...properties, ...optional }, required: Object.keys(properties), additionalProperties: false };
}

const KINDS = oneOf(["arithmetic", "static", "dynamic"]);
const CHECKED = oneOf(["holds", "better", "fails", "undecided"]);
const unit = { description: "empty for plain numbers; shares are of one", ...text };
const interval = map({ low: number, high: number });
const decidingInterval = map({
  low: number,
  high: number,
  confidence: { description: "how often it holds the true mean, as a share of studies", ...number },
});
const deciding = { description: "the interval that decided, wider as it was looked at several times", ...decidingInterval };
const decidingOrNull = { anyOf: [decidingInterval, { type: "null" }] };
const intervalOrNull = { anyOf: [interval, { type: "null" }] };

const finding = map(
  {
    kind: KINDS,
    verdict: CHECKED,
    formula: text,
    found: orNull("number"),
    interval: intervalOrNull,
    deciding: decidingOrNull,
    replications: count,
    claims: list(text),
  },
  { slip: text, reason: text, offered: { const: true, description: "no more load was offered than is served: no run decides it" } },
);

const turningPoint = map({
  path: text,
  unit,
  value: { description: "nearest to the assumed value that was found to have the other verdict", ...number },
  keeps: { description: "the value next to it that keeps the verdict", ...orNull("number") },
  verdict: oneOf(["holds", "fails"]),
  confirmedAt: { description: "at or beyond `value`; the verdict was decided there", ...number },
  found: number,
  deciding: decidingOrNull,
});

const changes = list(map({ path: text, unit, value: number }));

const jointTurn = map(
  {
    changes: { description: "the values that turn it when they come together", ...changes },
    verdict: oneOf(["holds", "fails"]),
    found: number,
    deciding: decidingOrNull,
  },
  { reading: { description: "that is needed too", ...text } },
);

const search = map(
  {
    single: { description: "points with one assumption changed", ...count },
    joint: { description: "points with several changed, or under another reading", ...count },
    runs: { description: "of those points: one each, two where the first is near a turn or is reported", ...count },
  },
  { nearest: map({ reading: orNull("string"), changes, found: { description: "mean of those runs, scaled as they are", ...number } }) },
);

const readFinding = map(
  { reading: text, verdict: CHECKED, found: orNull("number"), interval: intervalOrNull, deciding: decidingOrNull },
  { because: text },
);

const remedy = map({
  change: text,
  now: text,
  to: { description: "null: none of `tried` makes the claim hold", ...orNull("string") },
  factor: orNull("number"),
  found: orNull("number"),
  interval: intervalOrNull,
  deciding: decidingOrNull,
  tried: list(text),
});

const smallerPlan = { anyOf: [map({ gpus: count, plan: text, found: number, interval: intervalOrNull }), { type: "null" }] };

const claim = map(
  {
    id: text,
    text,
    section: orNull("string"),
    part: orNull("string"),
    reading: { description: "the kindest, of which the verdict and all numbers are; null when all give the same", ...orNull("string") },
    kind: { description: "of the check that decides", ...KINDS },
    verdict: oneOf(VERDICTS),
    claimed: orNull("number"),
    comparison: oneOf(["=", "<=", ">="]),
    tolerance: number,
    found: orNull("number"),
    unit,
    checks: { description: "the deciding one first", ...list(finding) },
    because: text,
  },
  {
    interval: { description: "of 95 %", ...interval },
    deciding,
    better: { description: "of an estimate: where the plan is better than it says", ...oneOf(["less", "more"]) },
    factor: { description: "how many times the found value is away from the claimed one", ...number },
    probability: { description: "that it holds on a real server, by measured runs like this plan; docs/how-sure.md", ...number },
    regret: {
      description: "by how much it is missed where it does not hold there, as a share of the claimed number in the mean",
      ...orNull("number"),
    },
    root: { description: "id of the claim whose error this one follows from", ...text },
    readings: { description: "where they differ, the kindest first", ...list(readFinding) },
    search: { description: "how large the search for another verdict was, and the nearest point to one", ...search },
    turningPoint,
    turningPoints: list(turningPoint),
    jointTurn: { description: "assumptions that turn the verdict together, where none does alone", ...jointTurn },
    policies: {
      description: "of a promise: policies that the plan does not state, which were searched, and those with which it holds",
      ...map({ tried: list(text), holds: list(text) }),
    },
    contradicts: { description: "ids of claims that cannot hold beside it", ...list(text) },
    over: map({
      path: text,
      points: list(map({ value: {}, verdict: CHECKED, found: orNull("number"), interval: intervalOrNull, deciding: decidingOrNull })),
    }),
    remedies: list(remedy),
    helpReading: { description: "under which remedies and fewer GPUs were asked", ...text },
    helpAt: { description: "id of the claim that asks more of the same number, of which remedies were asked instead", ...text },
    fewerGpus: map({
      single: smallerPlan,
      best: smallerPlan,
      examined: { description: "plans that the search for the best one ran", ...count },
      proven: { description: "whether all others provably give no more", type: "boolean" },
    }),
  },
);

const assumption = map({
  path: text,
  unit,
  from: number,
  to: number,
  assumed: orNull("number"),
  tried: list(number),
  turns: { description: "ids of claims whose verdict turns on it alone", ...list(text) },
  turnsWithOthers: { description: "ids of claims whose verdict turns on it together with others only", ...list(text) },
});

const real = map({
  claims: { description: "how many those are", ...count },
  chance: { description: "that all of them hold", ...number },
  measured: { description: "how sure a measured run of the plan would make that in the mean; null: no surer", ...orNull("number") },
});

const bound = { type: ["number", "string"] };

/** JSON Schema (draft 2020-12) of an audit as `tokenyard audit --json` prints it. */
export function auditJsonSchema(): object {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Tokenyard audit",
    ...map(
      {
        tokenyard: { const: 1 },
        version: text,
        scenario: map({ name: text, hash: text }),
        seed: count,
        conclusion: {
          description: "whether the plan holds, the claim that decides, and what was found to make it hold",
          ...map({ verdict: oneOf(["met", "missed", "not-enough-evidence"]), sentences: list(text) }),
        },
        maxReplications: count,
        readings: list(text),
        runs: count,
        searched: { description: "whether ranges of assumptions, and policies, were searched", type: "boolean" },
        claims: { description: "in the order of the plan", ...list(claim) },
        assumptions: list(assumption),
        unvaried: {
          description: "what else is assumed, without a range that was searched",
          ...list({
            anyOf: [text, map({ path: text, because: text }), map({ path: text, from: bound, to: bound })],
          }),
        },
        unvariedValues: { description: "the values of unvaried, by path; null for none", type: "object" },
      },
      { real: { description: "how sure it is that claims hold on a real server which runs decide; docs/how-sure.md", ...real } },
    ),
  };
}
