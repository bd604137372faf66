import * as z from "zod";
import { nearest } from "./problems/nearest.ts";
import type { Problem } from "./problems/problem.ts";
import { shorten } from "./problems/shorten.ts";
import { grouped } from "./quantities/count.ts";
import { formatQuantity, parseQuantity } from "./quantities/quantity.ts";
import { isLate } from "./schema/language/late.ts";
import { core, fieldsOf, keysOfPath, pathsOf, schemaAt, valueAt } from "./schema/language/structure.ts";
import { isPhysical, traitOf, unitOf } from "./schema/language/trait.ts";
import { wantedOf } from "./schema/language/wanted.ts";
import { EXPERT_DRAWS } from "./schema/machines/kernel-table.ts";
import { type Assumption, type Scenario, scenarioSchema } from "./schema/scenario.ts";
import { publishedAcceptance, speculationOf, survivalOf, treeOf } from "./speculation.ts";

/** Problems of the entries of `assumed` in a plain tree, beside those that the schema finds. */
export function assumedProblems(tree: unknown): Problem[] {
  const entries = valueAt(tree, ["assumed"]);
  if (!Array.isArray(entries)) return [];
  return entries.flatMap((entry, i) => entryProblems(entry, ["assumed", i]));
}

function entryProblems(entry: unknown, at: readonly (string | number)[]): Problem[] {
  const path = typeof entry === "string" ? entry : valueAt(entry, ["path"]);
  if (typeof path !== "string") return [];
  const pathAt = typeof entry === "string" ? at : [...at, "path"];
  const schema = schemaAt(scenarioSchema, keysOfPath(scenarioSchema, path));
  if (schema === undefined || path === "") return [{ ...unknownPath(pathAt, path), given: shorten(path) }];
  if (typeof entry === "string") return [];
  const bounds = ["from", "to"].map((key) => {
    const given = valueAt(entry, [key]);
    if (typeof given !== "number" && typeof given !== "string") return {}; // the schema reports it
    const value = boundValue(schema, given);
    return typeof value === "number" ? { value } : { problem: { path: [...at, key], given: shorten(given), wanted: value.wanted } };
  });
  const [from, to] = bounds.map(({ value }) => value);
  const reversed = from !== undefined && to !== undefined && from > to;
  const order = {
    path: [...at, "to"],
    given: shorten(valueAt(entry, ["to"])),
    wanted: `at least ${shorten(valueAt(entry, ["from"]))}, the value of from`,
  };
  return [...bounds.flatMap(({ problem }) => problem ?? []), ...(reversed ? [order] : [])];
}

/** A path that the format does not know, with the nearest that it does. */
export function unknownPath(at: readonly (string | number)[], path: string): Problem {
  const known = pathsOf(scenarioSchema);
  const suggestion = known.find((other) => other.endsWith(`.${path}`)) ?? nearest(path, known);
  return { path: at, given: "unknown path", wanted: "a path of the scenario", ...(suggestion === undefined ? {} : { suggestion }) };
}

/** A bound as a number of the value's base unit, checked as the value itself would be. */
function boundValue(schema: z.ZodType, given: number | string): number | { readonly wanted: string } {
  const { drawn, bounds = drawn && traitOf(drawn).bounds } = traitOf(schema);
  const unit = unitOf(schema);
  if (unit !== undefined) return typeof given === "string" ? parseQuantity(given, unit, bounds) : { wanted: wantedOf(schema) };
  const plain = core(drawn ?? schema);
  const isNumber = plain instanceof z.ZodNumber;
  if (!isNumber) return { wanted: "no range: only a number or a quantity can have one" };
  const result = plain.safeParse(given);
  return result.success ? (result.data as number) : { wanted: wantedOf(plain) };
}

export const OVERLAP = "serving.overlap";
export const SHARE = "cluster.gpu.communicationShare"; // only overlap shows it
const TURNS = { path: OVERLAP, because: "each lane carries one op at a time, and the halves take turns on it" };

/** `entries` with canonical quantities, then those of `others` that no entry before them covers. */
export function assumedWith(entries: readonly Assumption[], others: readonly Assumption[]): Assumption[] {
  const all = entries.map(canonical);
  const covered = entries.map(pathOf);
  for (const other of others) {
    const path = pathOf(other);
    if (covered.some((cover) => path === cover || path.startsWith(`${cover}.`))) continue;
    all.push(other);
    covered.push(path);
  }
  return all;
}

function pathOf(entry: Assumption): string {
  return typeof entry === "string" ? entry : entry.path;
}

function canonical(entry: Assumption): Assumption {
  if (typeof entry === "string" || "because" in entry) return entry;
  const schema = schemaAt(scenarioSchema, keysOfPath(scenarioSchema, entry.path));
  const unit = schema && unitOf(schema);
  const write = (given: number | string) => {
    const value = unit === undefined || typeof given === "number" ? undefined : parseQuantity(given, unit);
    return unit !== undefined && typeof value === "number" ? formatQuantity(value, unit) : given;
  };
  return { path: entry.path, from: write(entry.from), to: write(entry.to) };
}

/** `paths` of physical values with defaults, less those on which nothing of the checked scenario depends, and with its own assumptions. */
export function unstatedPaths(scenario: Omit<Scenario, "assumed">, paths: readonly string[]): Assumption[] {
  const isDense = scenario.model.experts === undefined;
  const hasShared = (scenario.model.experts?.shared ?? 0) > 0;
  const isIdle = (path: string) =>
    (isDense && (path.startsWith("routing.") || path === "cluster.network.peerLatency")) ||
    (!hasShared && path === "serving.sharedExperts");
  return [
    ...paths.filter((path) => !isIdle(path)),
    ...grantedOf(scenario),
    ...drawnOf(scenario),
    ...hastenedOf(scenario),
    ...acceptedOf(scenario),
  ];
}

/**
 * Assumptions of `changed`, a scenario whose overlap was chosen after its check: without the overlap itself. The first `listed` of its
 * entries are the file's own.
 */
export function assumedUnderOverlap(changed: Pick<Scenario, "assumed" | "cluster" | "serving">, listed: number): Scenario["assumed"] {
  const granted = grantedOf(changed);
  const isOfAnother = (entry: Assumption) =>
    (typeof entry === "object" && "because" in entry && entry.because === TURNS.because) || (entry === SHARE && granted.length === 0);
  const others = changed.assumed.filter((entry, i) => !isOfAnother(entry) && (i < listed || ![OVERLAP, SHARE].includes(pathOf(entry))));
  return assumedWith(others, granted);
}

/** Assumptions of two-batch overlap: its order, and, unless stated, that communication costs the kernels beside it nothing. */
function grantedOf({ cluster, serving }: Pick<Scenario, "cluster" | "serving">): Assumption[] {
  if (serving.overlap.kind === "none") return [];
  return [TURNS, ...(cluster.gpu.communicationShare === undefined ? [SHARE] : [])];
}

/** Tables of experts that do not keep which experts had which copies. */
function drawnOf({ cluster: { kernels } }: Pick<Scenario, "cluster">): Assumption[] {
  if (kernels.kind !== "table") return [];
  const drawn = kernels.files.flatMap(({ path, rows }) => (rows.some(([kernel]) => kernel === "drawn-experts") ? [path] : []));
  if (drawn.length === 0) return [];
  const because = `which experts had which copies in rows of drawn-experts is drawn again, ${EXPERT_DRAWS} times for each row: ${drawn.join(", ")}`;
  return [{ path: "cluster.kernels.files", because: because.slice(0, 1000) }];
}

/** Drafts whose acceptance is borrowed from others. */
function acceptedOf({ serving }: Pick<Scenario, "serving">): Assumption[] {
  const speculation = speculationOf(serving);
  const published = speculation && publishedAcceptance(speculation);
  if (published === undefined) return [];
  const shares = survivalOf(speculation!).map((share) => Math.round(share * 1000) / 10);
  const ofChain = treeOf(speculation!) === undefined ? "" : ", which are no trees: those accept at least as many";
  return [{ path: "serving.speculation.acceptance", because: `survival ${shares.join(", ")} %, as of ${published.source}${ofChain}` }];
}

/** Faults that come oftener than they do. */
function hastenedOf({ faults = [] }: Pick<Scenario, "faults">): Assumption[] {
  const hastened = faults.flatMap((fault) => (fault.kind === "random" && fault.acceleration > 1 ? [fault] : []));
  const reasons = hastened.map(
    ({ of, acceleration, mtbfPerGpu }) => `${of.kind} ${grouped(acceleration)} times as often as once in ${grouped(mtbfPerGpu)} h of a GPU`,
  );
  return reasons.length === 0 ? [] : [{ path: "faults", because: reasons.join("; ").slice(0, 1000) }];
}

/** Paths of physical values that the plain `tree` does not state, so that their defaults hold. */
export function defaultedPaths(tree: unknown): string[] {
  return unstated(scenarioSchema, tree, "");
}

function unstated(schema: z.ZodType, tree: unknown, under: string): string[] {
  const paths: string[] = [];
  for (const [key, child] of fieldsOf(schema, valueAt(tree, ["kind"]))) {
    const value = valueAt(tree, [key]);
    if (value === undefined && isPhysical(child)) {
      paths.push(`${under}${key}`);
      continue;
    }
    if (value === undefined && isLate(child)) continue;
    const filled = value ?? (child instanceof z.ZodPrefault ? wide(child, child.def.defaultValue) : undefined);
    if (typeof filled === "object") paths.push(...unstated(child, filled, `${under}${key}.`));
  }
  return paths;
}

/** `value`, or the map that it means. */
function wide(schema: z.ZodType, value: unknown): unknown {
  return traitOf(schema).widen?.(value) ?? value;
}
