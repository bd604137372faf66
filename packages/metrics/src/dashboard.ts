import { durationText, valueExpression } from "./expression.ts";
import { familyOf } from "./family.ts";
import type { Watch } from "./rule.ts";
import type { Sample } from "./sample.ts";

/** A picture of a dashboard, and what it asks. */
export interface Panel {
  readonly title: string;
  readonly expression: string;
  readonly legend: string;
  /** As Grafana calls it. */
  readonly unit: string;
}

/** Steps of which a rate is taken. */
const STEPS = 4;

/** The panels that there are series for, and one for each rule. */
export function panelsOf(sample: Sample, everyMs: number, watch?: Watch): Panel[] {
  const window = `[${durationText(everyMs * STEPS)}]`;
  const has = (...keys: Parameters<Sample["of"]>[0][]) => keys.every((key) => sample.of(key) !== undefined);
  const name = (key: Parameters<Sample["of"]>[0]) => familyOf(key).name;
  const all: readonly (Panel | undefined)[] = [
    panel("Throughput, tokens/ms/GPU", `sum(rate(${name("tokens")}_total${window})) / sum(${name("gpus")}) / 1000`, "all", "short"),
    panel("Requests in flight", name("inFlight"), "in flight", "short"),
    has("running") ? panel("Requests served, by replica", name("running"), "replica {{replica}}", "short") : undefined,
    has("waiting") ? panel("Requests that wait, by replica", name("waiting"), "replica {{replica}}", "short") : undefined,
    has("kvUse") ? panel("Cache held, by replica", name("kvUse"), "replica {{replica}}", "percentunit") : undefined,
    panel("TTFT, 99th percentile", `histogram_quantile(0.99, sum by (le) (rate(${name("ttft")}_bucket${window})))`, "p99", "s"),
    panel("Latency, 99th percentile", `histogram_quantile(0.99, sum by (le) (rate(${name("e2e")}_bucket${window})))`, "p99", "s"),
    panel(
      "Communication, 99th percentile of an operation",
      `histogram_quantile(0.99, sum by (le, op) (rate(${name("collective")}_bucket${window})))`,
      "{{op}}",
      "s",
    ),
    has("expertCapacityUse")
      ? panel("Fullest experts", `topk(8, ${name("expertCapacityUse")})`, "layer {{layer}} expert {{expert}}", "percentunit")
      : undefined,
    panel("Kernels, busiest GPUs", `topk(8, ${name("computeUse")})`, "rank {{rank}}", "percentunit"),
    panel("Memory bandwidth, busiest GPUs", `topk(8, ${name("memoryBandwidthUse")})`, "rank {{rank}}", "percentunit"),
    panel("Memory set aside, fullest GPU", `max(${name("memoryShare")})`, "set aside", "percentunit"),
    panel("Memory in use, fullest GPU", `max(${name("memoryUse")})`, "in use", "percentunit"),
    panel("Faults in force", name("faults"), "faults", "short"),
    panel("Replicas that are down", `sum(${name("replicasDown")})`, "down", "short"),
  ];
  const units: Readonly<Record<string, string>> = { "%": "percentunit", s: "s" };
  const ofRules = (watch?.rules ?? []).map((rule) =>
    panel(
      `${rule.name}: ${rule.metric} ${rule.side} ${rule.bound}`,
      valueExpression(rule),
      rule.by.map((label) => `${label} {{${label}}}`).join(" "),
      units[rule.unit] ?? "short",
    ),
  );
  return [...ofRules, ...all.filter((each) => each !== undefined)];
}

/** A dashboard for Grafana, which asks for its source of data when it is imported. `endMs`: of simulated time, which begins in 1970. */
export function dashboardOf(title: string, panels: readonly Panel[], everyMs: number, endMs: number): object {
  const datasource = { type: "prometheus", uid: `\${datasource}` };
  return {
    title,
    tags: ["tokenyard"],
    schemaVersion: 39,
    version: 1,
    editable: true,
    timezone: "utc",
    time: { from: "0", to: String(Math.max(endMs, everyMs)) },
    templating: { list: [{ name: "datasource", label: "Prometheus", type: "datasource", query: "prometheus", current: {}, hide: 0 }] },
    panels: panels.map(({ title: name, expression, legend, unit }, i) => ({
      id: i + 1,
      type: "timeseries",
      title: name,
      datasource,
      gridPos: { x: (i % 2) * 12, y: Math.floor(i / 2) * 8, w: 12, h: 8 },
      fieldConfig: { defaults: { unit }, overrides: [] },
      options: { legend: { displayMode: "list", placement: "bottom" }, tooltip: { mode: "multi" } },
      targets: [{ refId: "A", datasource, expr: expression, legendFormat: legend, interval: durationText(everyMs) }],
    })),
  };
}

function panel(title: string, expression: string, legend: string, unit: string): Panel {
  return { title, expression, legend, unit };
}
