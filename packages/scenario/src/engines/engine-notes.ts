import { grouped } from "../quantities/count.ts";
import { valueAt } from "../schema/language/structure.ts";

/** What a reader should know of the engine of a resolved scenario: its name, and its values with where they came from. */
export interface EngineNotes {
  readonly name: string;
  /** `serving.scheduler.maxSequences 512 (--max-num-seqs 512)`; the keys of a map that came from the same place in one. */
  readonly values: readonly string[];
}

/** Undefined where the scenario names no engine. */
export function engineNotes(resolved: object): EngineNotes | undefined {
  const [name, version, set] = ["name", "version", "set"].map((key) => valueAt(resolved, ["engine", key]));
  if (typeof name !== "string") return undefined;
  if (typeof set !== "object" || set === null) return { name, values: [] };
  const title = `${name} ${String(version)}`;
  const groups: { parent: string; from: string; parts: string[] }[] = [];
  for (const [path, from] of Object.entries(set as Readonly<Record<string, string>>)) {
    const keys = path.split(".");
    const value = valueAt(resolved, keys);
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
    values: groups.map(({ parent, from, parts }) => `${parent}.${parts.join(", ")}${from === "" ? "" : ` (${from})`}`),
  };
}

/** What of its engine set the value at `path` of a resolved scenario, such as `--max-num-seqs 512`; undefined where none did. */
export function engineOrigin(resolved: object, path: string): string | undefined {
  const from = valueAt(resolved, ["engine", "set", path]);
  const [name, version] = ["name", "version"].map((key) => String(valueAt(resolved, ["engine", key])));
  return typeof from === "string" ? withoutTitle(from, `${name} ${version}`) : undefined;
}

function withoutTitle(from: string, title: string): string {
  return from.replace(title, "").replace(/^, /, "").trim();
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.length > 6 ? `${value.slice(0, 3).join(", ")}, … ${value.at(-1)}` : value.join(", ");
  return typeof value === "number" ? grouped(value) : String(value);
}
