import * as z from "zod";
import { METRICS } from "./metrics/metrics.ts";
import { PRESETS } from "./presets/registry.ts";
import { formatQuantity } from "./quantities/quantity.ts";
import { UNITS } from "./quantities/units.ts";
import { alternativesOf, childOf, core, isFree, keysOf, kindOf, kindsOf, variantsOf } from "./schema/language/structure.ts";
import { meaningOf, traitOf, unitOf as unit } from "./schema/language/trait.ts";
import { wantedOf } from "./schema/language/wanted.ts";
import { scenarioSchema } from "./schema/scenario.ts";
import { drawnCount } from "./schema/workload/drawn.ts";
import { drawnTime } from "./schema/workload/drawn-time.ts";

/** The reference page of the scenario file, in Markdown: every key with its type, unit, default and meaning. */
export function scenarioReference(): string {
  const single = keysOf(scenarioSchema).filter((key) => !isMap(child(scenarioSchema, key)));
  const maps = keysOf(scenarioSchema).filter((key) => !single.includes(key));
  const sections = [
    INTRODUCTION,
    `## The file\n\n${keyTable(single.map((key) => keyRow(key, child(scenarioSchema, key))))}`,
    ...maps.map((key) => section(key, child(scenarioSchema, key))),
    `## Drawn values\n\n${DRAWN}\n\n${keyTable(variantRows("", drawnCount))}

${DRAWN_TIME}

${keyTable(variantRows("", drawnTime))}`,
    `## Metrics\n\n${METRIC_WORDS}\n\n${metricTable()}`,
    `## Presets\n\n${presetTable()}`,
    `## Units\n\n${UNIT_WORDS}\n\n${unitTable()}`,
  ];
  return `${sections.join("\n\n")}\n`;
}

const INTRODUCTION = `# The scenario file

A scenario is a YAML 1.2 file of at most 4 MiB. Unknown keys are errors. A quantity is written with its unit.
A choice is \`{ kind: … }\` with the keys of that kind; a kind without keys may be the bare word.
\`extends: path\` (or a list of paths, relative to the file) applies the file on top of others: maps merge deeply, lists replace,
a changed \`kind\` or \`preset\` replaces its map (the same one keeps what stands beside it), and null removes a key. Everything overrides presets;
\`--set\` and \`--seed\` override everything. \`model: { huggingface: path }\` starts from a Hugging Face config.json (relative to the file) like
a preset. [Presets](presets.md) gives the values of presets and their sources. This page is generated from the schema.

Example: Qwen3-30B-A3B by vLLM on two H100, 500 requests at a rate of 4 requests/s. \`tokenyard run chat.yaml\` reports whether its targets are met.

\`\`\`yaml
tokenyard: 1
model: qwen3-30b-a3b
engine: vllm                                  # or sglang, trtllm; ideal has no host time
cluster: { gpu: h100-sxm, network: hgx-h100-ndr }
parallelism: { tensor: 2 }
workload:
  kind: open
  rate: 4 requests/s
  requests: 500
  promptTokens: { kind: lognormal, mean: 1000, sigma: 0.6 }
  outputTokens: 200
targets: { ttft.p99: 500 ms, tpot.p99: 20 ms }
\`\`\``;

const DRAWN = `A value that is drawn for each request is a bare number or one of these maps. Draws are rounded and limited to
\`from\` and \`to\`, or to 1 and 1e9.`;

const DRAWN_TIME = `A time that is drawn is a bare quantity or one of these maps.`;

const METRIC_WORDS = `\`targets\` names metrics. A latency also takes \`.mean\`, \`.p50\`, \`.p90\`, \`.p99\` or \`.max\`. Without a suffix it is the max, so it holds
for every request. A request that is never answered (refused, lost or still open at the end) is later than any bound. Any number of the report may be named by its path, such as \`memory.share\`.
Of memory, \`memory.planned\` and \`memory.reserved\` are known before a run, \`memory.used\` (also \`memory.peak\`) after it: [models](models/memory.md#memory).
Bounds of numerics are judged by \`tokenyard verify\` alone: \`numerics.relative\` (a share of a layer's largest number, such as 1e-3), \`numerics.tokens\` and
\`numerics.routing\` (output tokens and choices of experts that are one device's, such as 99.9 %). They may be a map, too: \`numerics: { relative: 1e-3, tokens: 99.9 %, routing: 99 % }\`.`;

const UNIT_WORDS = `Prefixes are powers of 1000 (n u m k M G T P; µ is u) or of 1024 (Ki Mi Gi Ti Pi). Prefixes below 1 are for seconds, joules and (m)
grams only, those of 1024 for bytes and bits only. Bits count as an eighth of a byte. \`req/s\` and \`qps\` are requests/s, FLOP/s is FLOPS.
\`min\` is 60 s, \`d\` is 24 h, \`Wh\` is 3600 J. Where seconds are wanted, h and d may be written as well.`;

function section(key: string, schema: z.ZodType): string {
  const rows = rowsOf(`${key}.`, schema);
  const facts = [
    sentence(meaningOf(schema)),
    ...(defaultOf(schema) === "required" ? [] : ["Optional."]),
    ...(kindsOf(schema).length > 0 ? [`A choice: ${wantedOf(schema)}.`] : []),
  ];
  return `## ${key}\n\n${facts.join(" ")}${rows.length === 0 ? "" : `\n\n${keyTable(rows)}`}`;
}

type Row = readonly string[];

/** The keys of a map or choice, with their contents; a drawn value has a section of its own. */
function rowsOf(under: string, schema: z.ZodType): Row[] {
  if (kindsOf(schema).length > 0) return variantRows(under, schema);
  const inner = core(schema);
  if (isFree(schema) && isMap((inner as z.ZodRecord).valueType as z.ZodType))
    return rowsOf(`${under}NAME.`, (inner as z.ZodRecord).valueType as z.ZodType);
  return keysOf(schema).flatMap((key) => withParts(`${under}${key}`, child(schema, key)));
}

/** The keys of a choice: each with the kinds that have it, listed once where several have the same. */
function variantRows(under: string, schema: z.ZodType): Row[] {
  const known = new Map<string, { kinds: string[]; rows: (note: string) => Row[] }>();
  for (const variant of variantsOf(schema)) {
    const kind = kindOf(variant);
    for (const key of Object.keys(variant.shape).filter((each) => each !== "kind")) {
      const rows = (note: string) => withParts(`${under}${key}`, variant.shape[key] as z.ZodType, note);
      const same = JSON.stringify(rows(""));
      const { kinds } = known.get(same) ?? { kinds: [] };
      known.set(same, { kinds: [...kinds, kind], rows });
    }
  }
  return [...known.values()].flatMap(({ kinds, rows }) => rows(` (${kinds.join(", ")})`));
}

function withParts(path: string, schema: z.ZodType, note = ""): Row[] {
  const { drawn, table } = traitOf(schema);
  const hasParts = isMap(schema) && drawn === undefined && table === undefined;
  const element = childOf(schema, 0);
  const elements = element !== undefined && isMap(element) ? rowsOf(`${path}[].`, element) : [];
  return [keyRow(path, schema, note), ...(hasParts ? rowsOf(`${path}.`, schema) : elements)];
}

function keyRow(path: string, schema: z.ZodType, note = ""): Row {
  return [`\`${path}\`${note}`, typeOf(schema), unitOf(schema), defaultOf(schema), meaningOf(schema)];
}

function typeOf(schema: z.ZodType): string {
  const { unit, drawn, preset, table } = traitOf(schema);
  if (unit !== undefined) return "quantity";
  if (table !== undefined) return table === true ? "path of a .csv or .json file" : "path of a .csv, .parquet or .json file";
  if (drawn !== undefined) return "drawn value";
  if (unitOf(schema) !== "") return "quantity or map";
  const inner = core(schema);
  if (inner instanceof z.ZodObject) return preset === undefined ? "map" : "map or preset";
  return wantedOf(schema);
}

/** The unit of a quantity, also of a map of quantities; empty for anything else. */
function unitOf(schema: z.ZodType): string {
  const units = alternativesOf(schema).map(unit);
  return units.find((unit) => unit !== undefined) ?? "";
}

/** The default as it would be written; "required" or "none" when there is none. */
function defaultOf(schema: z.ZodType): string {
  if (schema instanceof z.ZodOptional) return "none";
  if (!(schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)) return "required";
  const { defaultValue } = schema.def;
  const { unit } = traitOf(schema);
  if (unit !== undefined && typeof defaultValue === "number") return `\`${formatQuantity(defaultValue, unit)}\``;
  if (defaultValue === "" || Array.isArray(defaultValue)) return "empty";
  return typeof defaultValue === "object" ? "that of each key" : `\`${String(defaultValue)}\``;
}

function isMap(schema: z.ZodType): boolean {
  return variantsOf(schema).length > 0 || core(schema) instanceof z.ZodRecord;
}

function child(schema: z.ZodType, key: string): z.ZodType {
  const found = childOf(schema, key);
  if (found === undefined) throw new Error(`the schema has no ${key}`);
  return found;
}

function keyTable(rows: readonly Row[]): string {
  return table(["key", "type", "unit", "default", "meaning"], rows);
}

function metricTable(): string {
  const rows = METRICS.filter(({ name }) => !name.includes("."));
  return table(
    ["metric", "in the report", "unit", "better"],
    rows.map(({ name, path, unit, better }) => [`\`${name}\``, `\`${path}\``, unit, better]),
  );
}

function presetTable(): string {
  const rows = Object.entries(PRESETS).flatMap(([place, presets]) =>
    Object.entries(presets).map(([name, { about }]) => [place, `\`${name}\``, about]),
  );
  return table(["place", "preset", "values"], rows);
}

function unitTable(): string {
  return table(
    ["unit", "measures", "example"],
    Object.entries(UNITS).map(([unit, { measures, example }]) => [unit, measures, `\`${example}\``]),
  );
}

function table(head: Row, rows: readonly Row[]): string {
  const line = (cells: Row) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function sentence(text: string): string {
  return text === "" ? "" : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
