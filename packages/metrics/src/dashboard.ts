import { durationText, valueExpression } from "./expression.ts";
import { familyOf } from "./family.ts";
import type { Watch } from "./rule.ts";
import type { Sample } from "./sample.ts";

/** A panel of a dashboard, with its query. */
export interface Panel {
  readonly title: string;
  readonly expression: string;
  readonly legend: string;
  /** Unit in Grafana's terms. */
  readonly unit: string;
  /** Bound of a rule: drawn as a line with red beyond it. */
  readonly bound?: { readonly side: "above" | "below"; readonly value: number };
}

/** Number of steps of a rate's window. */
const STEPS = 4;

/** Grafana accepts any unit after that word. */
const TOKENS_PER_MS = "suffix: tokens/ms";

/** Panels for which there are series, and one for each rule. */
export function panelsOf(sample: Sample, everyMs: number, watch?: Watch): Panel[] {
  const window = `[${durationText(everyMs * STEPS)}]`;
  const has = (...keys: Parameters<Sample["of"]>[0][]) => keys.every((key) => sample.of(key) !== undefined);
  const name = (key: Parameters<Sample["of"]>[0]) => familyOf(key).name;
  const all: readonly (Panel | undefined)[] = [
    panel("Throughput of a GPU", `sum(rate(${name("tokens")}_total${window})) / sum(${name("gpus")}) / 1000`, "all", TOKENS_PER_MS),
    panel("Requests in flight", name("inFlight"), "in flight", "short"),
    has("goodput")
      ? panel("Goodput: requests that meet every target", `rate(${name("goodput")}_total${window})`, "within targets", "reqps")
      : undefined,
    has("running") ? panel("Requests served, by replica", name("running"), "replica {{replica}}", "short") : undefined,
    has("waiting") ? panel("Requests that wait, by replica", name("waiting"), "replica {{replica}}", "short") : undefined,
    has("kvUse") ? panel("Cache held, by replica", name("kvUse"), "replica {{replica}}", "percentunit") : undefined,
    panel("TTFT, 99th percentile", `histogram_quantile(0.99, sum by (le) (rate(${name("ttft")}_bucket${window})))`, "p99", "s"),
    has("itl")
      ? panel(
          "Time between tokens, 99th percentile",
          `histogram_quantile(0.99, sum by (le) (rate(${name("itl")}_bucket${window})))`,
          "p99",
          "s",
        )
      : undefined,
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
    has("hitShare") ? panel("Prompts found in the prefix cache", name("hitShare"), "replica {{replica}}", "percentunit") : undefined,
    has("droppedShare")
      ? panel("Copies dropped, worst layers", `topk(8, ${name("droppedShare")})`, "layer {{layer}}", "percentunit")
      : undefined,
    has("transfersWaiting") ? panel("Caches that wait to be moved", name("transfersWaiting"), "waiting", "short") : undefined,
    has("attempts") ? panel("Attempts", `rate(${name("attempts")}_total${window})`, "attempts", "reqps") : undefined,
    has("breakerOpen") ? panel("Breakers that are open", `sum(${name("breakerOpen")})`, "open", "short") : undefined,
    panel("Faults in force", name("faults"), "faults", "short"),
    panel("Replicas that are down", `sum(${name("replicasDown")})`, "down", "short"),
  ];
  const units: Readonly<Record<string, string>> = { "%": "percentunit", s: "s", "requests/s": "reqps", "tokens/ms": TOKENS_PER_MS };
  const ofRules = (watch?.rules ?? []).map((rule) => ({
    ...panel(
      `${rule.name}: ${rule.metric} ${rule.side} ${rule.bound}`,
      valueExpression(rule),
      rule.by.length === 0 ? rule.metric : rule.by.map((label) => `${label} {{${label}}}`).join(" "),
      units[rule.unit] ?? "short",
    ),
    bound: { side: rule.side, value: rule.bound },
  }));
  return [...ofRules, ...all.filter((each) => each !== undefined)];
}

/**
 * A dashboard in the JSON model that Grafana 10 and 11 import; a variable selects the Prometheus server. `endMs`: of simulated time, which
 * begins in 1970; Grafana takes absolute times in ISO 8601.
 */
export function dashboardOf(title: string, panels: readonly Panel[], everyMs: number, endMs: number): object {
  return {
    id: null,
    title,
    description: "Series of a simulated run, in simulated time from 1970 on.",
    tags: ["tokenyard"],
    schemaVersion: 39,
    version: 1,
    editable: true,
    graphTooltip: 1,
    timezone: "utc",
    weekStart: "",
    fiscalYearStartMonth: 0,
    refresh: "",
    time: { from: timeText(0), to: timeText(Math.max(endMs, everyMs)) },
    timepicker: {},
    links: [],
    annotations: { list: [] },
    templating: { list: [SOURCE_VARIABLE] },
    panels: panels.map((each, i) => panelModel(each, i, everyMs)),
  };
}

const SOURCE = { type: "prometheus", uid: `\${datasource}` };
const SOURCE_VARIABLE = {
  name: "datasource",
  label: "Prometheus",
  type: "datasource",
  query: "prometheus",
  regex: "",
  refresh: 1,
  hide: 0,
  multi: false,
  includeAll: false,
  skipUrlSync: false,
  options: [],
};

/** Number `i` of two in a row. */
function panelModel({ title, expression, legend, unit, bound }: Panel, i: number, everyMs: number): object {
  const custom = { drawStyle: "line", lineWidth: 1, fillOpacity: 10, showPoints: "auto", spanNulls: false };
  const lined = bound === undefined ? {} : { thresholds: thresholdsOf(bound) };
  const style = { ...custom, thresholdsStyle: { mode: bound === undefined ? "off" : "line+area" } };
  return {
    id: i + 1,
    type: "timeseries",
    title,
    datasource: SOURCE,
    gridPos: { x: (i % 2) * 12, y: Math.floor(i / 2) * 8, w: 12, h: 8 },
    fieldConfig: { defaults: { unit, color: { mode: "palette-classic" }, custom: style, ...lined }, overrides: [] },
    options: {
      legend: { showLegend: true, displayMode: "list", placement: "bottom", calcs: [] },
      tooltip: { mode: "multi", sort: "desc" },
    },
    targets: [
      {
        refId: "A",
        datasource: SOURCE,
        editorMode: "code",
        expr: expression,
        legendFormat: legend,
        range: true,
        instant: false,
        interval: durationText(everyMs),
      },
    ],
  };
}

/** The first step begins where there is no lower one. */
function thresholdsOf({ side, value }: NonNullable<Panel["bound"]>): object {
  const [first, second] = side === "above" ? ["transparent", "red"] : ["red", "transparent"];
  return {
    mode: "absolute",
    steps: [
      { color: first, value: null },
      { color: second, value },
    ],
  };
}

/** Days of the months of 1970; simulated time lasts 104 days at most. */
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Milliseconds since 1970 in ISO 8601. */
function timeText(ms: number): string {
  const digits = (value: number, count = 2) => String(Math.floor(value)).padStart(count, "0");
  let day = Math.floor(ms / 86_400_000);
  let month = 0;
  for (; day >= DAYS[month]!; month++) day -= DAYS[month]!;
  const clock = `${digits((ms / 3_600_000) % 24)}:${digits((ms / 60_000) % 60)}:${digits((ms / 1000) % 60)}.${digits(ms % 1000, 3)}`;
  return `1970-${digits(month + 1)}-${digits(day + 1)}T${clock}Z`;
}

function panel(title: string, expression: string, legend: string, unit: string): Panel {
  return { title, expression, legend, unit };
}
