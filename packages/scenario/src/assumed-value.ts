import { grouped } from "./quantities/count.ts";
import { keysOfPath, schemaAt, valueAt } from "./schema/language/structure.ts";
import { meaningOf } from "./schema/language/trait.ts";
import { type Assumption, scenarioSchema } from "./schema/scenario.ts";

/** A map with more leaves than this is cut. */
const MOST_LEAVES = 6;
/** The value of a flag of an engine, whose name may have a point. */
function flagAt(resolved: object, path: string): unknown {
  const [, flags, name] = /^(.*\bengine\.flags)\.(.+)$/.exec(path) ?? [];
  return flags === undefined ? undefined : valueAt(resolved, [...flags.split("."), name!]);
}

/** Most characters of a default that is shown; a longer description of it depends on the plan. */
const LONGEST_UNSET = 40;

/** The value of an assumption in a few words: `3 USD/h`, `none`, `{node.bandwidth: 450 GB/s, node.latency: 2 us}`. */
export function assumedValue(value: unknown): string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return leafText(value);
  const leaves = leavesOf(value, "");
  const [only] = leaves;
  if (leaves.length === 1 && only !== undefined && only.path === "kind") return only.text;
  const shown = leaves.slice(0, MOST_LEAVES).map((leaf) => `${leaf.path}: ${leaf.text}`);
  return `{${[...shown, ...(leaves.length > MOST_LEAVES ? [`and ${leaves.length - MOST_LEAVES} more`] : [])].join(", ")}}`;
}

/**
 * The values of `assumed` in a resolved scenario, by path. A key that is unset has the format's default, such as `as activations`; `null`:
 * none.
 */
export function assumedValues(resolved: object, assumed: readonly Assumption[]): Record<string, unknown> {
  const paths = assumed.map((each) => (typeof each === "string" ? each : each.path));
  return Object.fromEntries(paths.map((path) => [path, valueAt(resolved, path.split(".")) ?? flagAt(resolved, path) ?? unsetValue(path)]));
}

/** The format's default of an unset key: `if unset: 0 %`. */
function unsetValue(path: string): string | null {
  const schema = schemaAt(scenarioSchema, keysOfPath(scenarioSchema, path));
  const means = schema && /; if unset: ([^;]+)/.exec(meaningOf(schema))?.[1];
  return means === undefined ? null : means.length > LONGEST_UNSET ? "unset" : means;
}

function leavesOf(value: object, under: string): { readonly path: string; readonly text: string }[] {
  return Object.entries(value).flatMap(([key, child]) => {
    const isMap = typeof child === "object" && child !== null && !Array.isArray(child);
    return isMap ? leavesOf(child, `${under}${key}.`) : [{ path: `${under}${key}`, text: leafText(child) }];
  });
}

function leafText(value: unknown): string {
  if (value === undefined || value === null) return "none";
  if (Array.isArray(value)) return isShort(value) ? `[${value.join(", ")}]` : `${grouped(value.length)} entries`;
  return typeof value === "number" ? grouped(value) : String(value);
}

function isShort(list: readonly unknown[]): boolean {
  return list.length <= MOST_LEAVES && list.every((each) => typeof each !== "object");
}
