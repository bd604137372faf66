import { engineOrigin, resolvedOf, type Scenario, shorten } from "@tokenyard/scenario";
import { type TextColumn, textTable } from "../tables/text-table.ts";
import { grouped } from "../terminal/amount.ts";
import { type Difference, differences } from "../terminal/difference.ts";

/** A place where two resolved scenarios differ; null where one has nothing. */
export interface InputDifference {
  readonly path: string;
  readonly a: unknown;
  readonly b: unknown;
  /** Part of its engine that set each value, if one did. */
  readonly from?: { readonly a: string | null; readonly b: string | null };
}

/** Keys that no run depends on, and the seed, which is that of `a` in both. */
const NO_INPUT = new Set(["name", "about", "seed", "assumed", "claims", "precision", "sweep", "targets"]);
/** Lists of more numbers are listed as one. */
const LONG = 6;

/** Differences of the resolved scenarios, except `but`: by default the keys that no run depends on. */
export function inputsThatDiffer(a: Scenario, b: Scenario, but: ReadonlySet<string> = NO_INPUT): InputDifference[] {
  const trees = [a, b].map((scenario) => {
    const entries = Object.entries(resolvedOf(scenario) as Record<string, unknown>).filter(([key]) => !but.has(key));
    return Object.fromEntries(entries.map(([key, value]) => [key, key === "engine" ? withoutNotes(value) : value]));
  }) as [object, object];
  const whole = [resolvedOf(a), resolvedOf(b)] as const;
  const found = new Map<string, InputDifference>();
  for (const each of differences(...trees, Number.POSITIVE_INFINITY)) {
    const { path, kept, now } = ofWholeList(each, trees);
    const [x, y] = whole.map((tree) => engineOrigin(tree, path) ?? null) as [string | null, string | null];
    const from = x === null && y === null ? {} : { from: { a: x, b: y } };
    found.set(path, { path, a: kept ?? null, b: now ?? null, ...from });
  }
  return [...found.values()];
}

/** An engine without its notes on what it set, and with flags, so that each is listed by itself. */
function withoutNotes(engine: unknown): unknown {
  if (typeof engine !== "object" || engine === null) return engine;
  return Object.fromEntries([["flags", {}], ...Object.entries(engine)].filter(([key]) => key !== "set"));
}

/** For a number in a long list, the difference of the whole list. */
function ofWholeList(difference: Difference, [a, b]: readonly [object, object]): Difference {
  const [, path] = /^(.*)\.\d+$/.exec(difference.path) ?? [];
  if (path === undefined) return difference;
  const [kept, now] = [a, b].map((tree) =>
    path.split(".").reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], tree),
  );
  const isLong = [kept, now].every((list) => Array.isArray(list) && list.every((each) => typeof each === "number"));
  return isLong && Math.max((kept as []).length, (now as []).length) > LONG ? { path, kept, now } : difference;
}

/** The first `most` of them, for a person. */
export function inputLines(differ: readonly InputDifference[], most: number): string[] {
  if (differ.length === 0) return ["their inputs are the same"];
  const shown = differ.slice(0, most);
  const side = ({ a, b, from }: InputDifference, which: "a" | "b") => {
    const origin = from?.[which];
    return `${inputText(which === "a" ? a : b)}${origin == null || origin === "" ? "" : ` (${origin})`} in ${which}`;
  };
  const { body } = textTable([
    { heading: "", align: "left", cells: shown.map(({ path }) => `  ${path}`) },
    { heading: "", align: "left", cells: shown.map((each) => `${side(each, "a")}, ${side(each, "b")}`) },
  ]);
  return ["they differ in", ...body, ...(differ.length > most ? [`  and ${grouped(differ.length - most)} more`] : [])];
}

/** Table of the differences of two scenarios. */
export function inputColumns(differ: readonly InputDifference[]): TextColumn[] {
  const origin = ({ from }: InputDifference, which: "a" | "b") => (from?.[which] == null || from[which] === "" ? "" : ` (${from[which]})`);
  return [
    { heading: "input", align: "left", cells: differ.map(({ path }) => path) },
    { heading: "a", align: "left", cells: differ.map((each) => `${inputText(each.a)}${origin(each, "a")}`) },
    { heading: "b", align: "left", cells: differ.map((each) => `${inputText(each.b)}${origin(each, "b")}`) },
  ];
}

function inputText(value: unknown): string {
  if (value === null) return "nothing";
  return Array.isArray(value) && value.length > LONG ? `${value.slice(0, 3).join(", ")}, … ${value.at(-1)}` : shorten(value);
}
