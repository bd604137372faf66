import { grouped } from "../quantities/count.ts";
import { valueAt } from "../schema/language/structure.ts";
import { NAME } from "./unasked.ts";

/** Facts on the engine of a resolved scenario for a reader: its name, and its values with their origins. */
export interface EngineNotes {
  /** Name with its version. */
  readonly name: string;
  /** Why it is this one, where the scenario names none. */
  readonly unasked?: string;
  /** `serving.scheduler.maxSequences 512 (--max-num-seqs 512)`; the keys of a map that came from the same place in one. */
  readonly values: readonly string[];
}

/** Undefined where the scenario names no engine. */
export function engineNotes(resolved: object): EngineNotes | undefined {
  const whole = notesOf(resolved, resolved);
  return whole && { ...whole, values: [...whole.values, ...poolNotes(resolved)] };
}

/** Settings of two pools' engines that differ from the whole, each value with the role of its pool. */
function poolNotes(resolved: object): readonly string[] {
  const pools = valueAt(resolved, ["pools"]);
  if (!Array.isArray(pools)) return [];
  return pools.flatMap((pool: object) => {
    const values = valueAt(pool, ["engine", "values"]);
    if (typeof values !== "object" || values === null) return [];
    const { [NAME]: _, ...set } = valueAt(pool, ["engine", "set"]) as Readonly<Record<string, string>>;
    const tree = Object.entries(values).reduce<object>((laid, [path, value]) => withValueAt(laid, path.split("."), value), {});
    const notes = notesOf({ engine: { ...(valueAt(pool, ["engine"]) as object), set } }, tree);
    const role = String(valueAt(pool, ["role"]));
    const isOther = notes?.name !== undefined && valueAt(pool, ["engine", "name"]) !== valueAt(resolved, ["engine", "name"]);
    return [...(isOther ? [`${role}: ${notes.name}`] : []), ...(notes?.values ?? []).map((value) => `${role}: ${value}`)];
  });
}

function withValueAt(tree: object, [key = "", ...rest]: readonly string[], value: unknown): object {
  const inner = (tree as Readonly<Record<string, object>>)[key] ?? {};
  return { ...tree, [key]: rest.length === 0 ? value : withValueAt(inner, rest, value) };
}

/** Notes of the engine in `resolved`, whose values are in `tree`. */
function notesOf(resolved: object, tree: object): EngineNotes | undefined {
  const [name, set] = ["name", "set"].map((key) => valueAt(resolved, ["engine", key]));
  if (typeof name !== "string") return undefined;
  if (typeof set !== "object" || set === null) return { name, values: [] };
  const title = titleIn(resolved);
  const groups: { parent: string; from: string; parts: string[] }[] = [];
  const { [NAME]: unasked, ...values } = set as Readonly<Record<string, string>>;
  for (const [path, from] of Object.entries(values)) {
    const keys = path.split(".");
    const value = valueAt(tree, keys);
    const named = keys.at(-1) === "kind" ? keys.slice(0, -1) : keys;
    const parent = named.slice(0, -1).join(".");
    const short = withoutTitle(from, title);
    const same = groups.find((each) => each.parent === parent && each.from === short);
    const part = `${named.at(-1)} ${valueText(value)}`;
    if (same !== undefined) same.parts.push(part);
    else groups.push({ parent, from: short, parts: [part] });
  }
  return {
    name: title,
    ...(unasked === undefined ? {} : { unasked }),
    values: groups.map(({ parent, from, parts }) => `${parent}.${parts.join(", ")}${from === "" ? "" : ` (${from})`}`),
  };
}

/** Part of its engine that set the value at `path` of a resolved scenario, such as `--max-num-seqs 512`; undefined for none. */
export function engineOrigin(resolved: object, path: string): string | undefined {
  const from = valueAt(resolved, ["engine", "set", path]);
  return typeof from === "string" ? withoutTitle(from, titleIn(resolved)) : undefined;
}

/** `vllm 0.19`; without a version where a resolved scenario has lost it. */
function titleIn(resolved: object): string {
  return ["name", "version"].flatMap((key) => valueAt(resolved, ["engine", key]) ?? []).join(" ");
}

function withoutTitle(from: string, title: string): string {
  return from.replace(title, "").replace(/^, /, "").trim();
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.length > 6 ? `${value.slice(0, 3).join(", ")}, … ${value.at(-1)}` : value.join(", ");
  return Number.isInteger(value) ? grouped(value as number) : String(value);
}

/** An engine as a heading has it: `vllm 0.19`, and why it is this one where the scenario names none. */
export function engineTitle({ name, unasked }: EngineNotes): string {
  return unasked === undefined ? name : `${name} (${unasked})`;
}
