import fc from "fast-check";
import { expect, test } from "vitest";
import { dashboardOf, panelsOf } from "./dashboard.ts";
import { FAMILIES } from "./family.ts";
import { watchOf } from "./rule.ts";
import { Sample } from "./sample.ts";

const sample = new Sample();
for (const { key, labels } of FAMILIES) sample.add(key, [labels.map(() => "0")]);
const rules = [
  { name: "Slow", metric: "collective.p99", by: ["op" as const], over: 30, above: "5 ms" },
  { name: "Drop", metric: "throughputPerGpu", over: 30, below: "80 tokens/ms" },
];
const panels = panelsOf(sample, 5_000, watchOf({ every: 5, rules }));

/** As Grafana writes its variables. */
const SOURCE = "$" + "{datasource}";

interface Model {
  readonly time: { readonly from: string; readonly to: string };
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string; readonly query: string }[] };
  readonly panels: readonly {
    readonly id: number;
    readonly title: string;
    readonly datasource: { readonly uid: string };
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly fieldConfig: { readonly defaults: { readonly unit: string; readonly thresholds?: { readonly steps: readonly object[] } } };
    readonly targets: readonly { readonly datasource: { readonly uid: string }; readonly legendFormat: string; readonly expr: string }[];
  }[];
}

const modelOf = (endMs: number) => dashboardOf("a run", panels, 5_000, endMs) as Model;

test("a dashboard spans the run in the absolute times that Grafana reads, whatever the run's length", () => {
  fc.assert(
    fc.property(fc.integer({ min: 5_000, max: 104 * 86_400_000 }), (endMs) => {
      const { from, to } = modelOf(endMs).time;
      expect([Date.parse(from), Date.parse(to)]).toEqual([0, endMs]);
      expect([new Date(from).toISOString(), new Date(to).toISOString()]).toEqual([from, to]);
    }),
  );
});

test("every panel asks the Prometheus that is chosen at the top, and has a unit, a legend and a place of its own", () => {
  const { templating, panels: models } = modelOf(300_000);
  expect(templating.list).toMatchObject([{ name: "datasource", type: "datasource", query: "prometheus" }]);
  expect(models.length).toBe(rules.length + 22);
  expect(models.map(({ id }) => id)).toEqual(models.map((_, i) => i + 1));
  expect(new Set(models.map(({ gridPos: { x, y } }) => `${x} ${y}`)).size).toBe(models.length);
  for (const { datasource, fieldConfig, targets, title } of models) {
    expect([datasource.uid, targets[0]!.datasource.uid]).toEqual([SOURCE, SOURCE]);
    expect([title, targets[0]!.legendFormat, fieldConfig.defaults.unit].every((text) => text.length > 0)).toBe(true);
    for (const [, label] of targets[0]!.legendFormat.matchAll(/\{\{(\w+)\}\}/g))
      expect(targets[0]!.expr + FAMILIES.flatMap(({ labels }) => labels)).toContain(label);
  }
});

test("a rule's bound is a line in its panel, with red behind it", () => {
  const [slow, drop] = modelOf(300_000).panels;
  expect([slow, drop].map((each) => each!.targets[0]!.legendFormat)).toEqual(["op {{op}}", "throughputPerGpu"]); // its labels, or else its metric
  expect(slow!.fieldConfig.defaults).toMatchObject({
    unit: "s",
    thresholds: {
      steps: [
        { color: "transparent", value: null },
        { color: "red", value: 0.005 },
      ],
    },
  });
  expect(drop!.fieldConfig.defaults).toMatchObject({
    unit: "suffix: tokens/ms",
    thresholds: {
      steps: [
        { color: "red", value: null },
        { color: "transparent", value: 80 },
      ],
    },
  });
});
