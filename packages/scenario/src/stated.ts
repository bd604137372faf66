import { OVERLAP, SHARE } from "./assumed.ts";
import { isOfEngine } from "./engines/of-engine.ts";
import { PRESETS } from "./presets/registry.ts";
import { part, plainOf, type Written, type WrittenMap, writtenOf } from "./reading/written.ts";
import { keysOfPath } from "./schema/language/structure.ts";
import { type Assumption, type Scenario, scenarioSchema } from "./schema/scenario.ts";

/** Record of which values a scenario leaves open. It is no part of the scenario's meaning, and does not travel with it. */
export interface Stated {
  /** The `FOLLOWERS` that it does not state. */
  readonly following: readonly Follower[];
  /** How many entries of `assumed` it lists; those behind them are of values that it leaves. */
  readonly listed: number;
}

/** A value of the cluster that follows a preset beside it, where it is not stated. */
interface Follower {
  readonly key: string;
  readonly of: "gpu" | "network";
  /** Keys of the preset's map: if they are other than the preset's, the value does not follow it. */
  readonly unless: ReadonlySet<string>;
}

const FOLLOWERS: readonly Follower[] = (["gpu", "network"] as const).flatMap((of) => {
  const presets = Object.values(PRESETS[of]);
  const unless = new Set(presets.flatMap(({ besideUnless = [] }) => besideUnless));
  return [...new Set(presets.flatMap(({ beside = {} }) => Object.keys(beside)))].map((key) => ({ key, of, unless }));
});

/** By parts of scenarios that stay the same objects where others of a scenario change. */
const followingOf = new WeakMap<Scenario["cluster"], readonly Follower[]>();
const listedOf = new WeakMap<Scenario["assumed"], number>();
/** Written layers that a scenario came from, and the parts that were made of them. */
const originOf = new WeakMap<Scenario["cluster"], { readonly written: Written; readonly made: Scenario }>();

/** Statements of finished layers. */
export function statedIn(written: Written): Stated {
  const cluster = part(written, "cluster");
  return { following: FOLLOWERS.filter(({ key }) => isNothing(part(cluster, key))), listed: countOf(part(written, "assumed")) };
}

/** Remembers what `scenario` states, and that it was made of the finished layers `written`. */
export function remember(scenario: Scenario, { following, listed }: Stated, written: Written): void {
  originOf.set(scenario.cluster, { written, made: { ...scenario } });
  followingOf.set(scenario.cluster, following);
  listedOf.set(scenario.assumed, listed);
}

/** How many entries of its `assumed` the file of `scenario` lists. */
export function listedIn(scenario: Scenario): number {
  return statedBy(scenario).listed;
}

/** Record of `scenario`; one from elsewhere counts as stating everything. */
function statedBy({ cluster, assumed }: Scenario): Stated {
  return { following: followingOf.get(cluster) ?? [], listed: listedOf.get(assumed) ?? assumed.length };
}

/**
 * The finished layers that `scenario` was made of, with the names of its presets; undefined if they are not recorded, or it was changed
 * since. Its seed may differ, its trace may be identified by its hash, and parts that change no run may be missing.
 */
export function writtenFor(scenario: Scenario): WrittenMap | undefined {
  const origin = originOf.get(scenario.cluster);
  if (origin?.written.form !== "map") return undefined;
  const { made } = origin;
  const entries = new Map(origin.written.entries);
  for (const key of new Set([...Object.keys(made), ...Object.keys(scenario)]) as Set<keyof Scenario>) {
    if (scenario[key] === made[key]) continue;
    if (key === "seed") entries.set(key, writtenOf(scenario.seed));
    else if (scenario[key] === undefined && BESIDE_RUNS.has(key)) entries.delete(key);
    else if (key === "workload" && isHashed(scenario.workload, made.workload))
      entries.set(key, withHash(entries.get(key), scenario.workload as { readonly sha256?: string }));
    else return undefined;
  }
  return { ...origin.written, entries };
}

/** Parts that no run uses. */
const BESIDE_RUNS: ReadonlySet<keyof Scenario> = new Set(["sweep", "optimize", "claims", "deployment"]);

/** Whether `now` is `before`, with the SHA-256 of its trace. */
function isHashed(now: object, before: object): boolean {
  const keys = new Set([...Object.keys(now), ...Object.keys(before)]) as Set<keyof typeof now>;
  return [...keys].every((key) => key === "sha256" || now[key] === before[key]);
}

function withHash(workload: Written | undefined, { sha256 }: { readonly sha256?: string }): Written {
  const map = workload as WrittenMap;
  return { ...map, entries: new Map([...map.entries, ["sha256", writtenOf(sha256)]]) };
}

/** Paths at which `written` names presets and configs. */
function* namedIn(written: Written | undefined, path: readonly string[] = []): Generator<readonly string[]> {
  if (written === undefined || written.form === "scalar") return;
  if (written.form === "map" && (written.entries.has("preset") || written.entries.has("huggingface"))) yield path;
  const parts = written.form === "map" ? [...written.entries] : written.items.map((item, i) => [String(i), item] as const);
  for (const [key, value] of parts) yield* namedIn(value, [...path, key]);
}

/**
 * Whether another value at one of `paths` changes values that follow it in `scenario`, an assumption, or a part of a preset: only the
 * record of its statements decides how.
 */
export function isFollowed(scenario: Scenario, paths: readonly string[]): boolean {
  if (isOfEngine(scenario, paths)) return true;
  const { following, listed } = statedBy(scenario);
  const followed = [
    ...following.map(({ of }) => ["cluster", of]),
    ...scenario.assumed.slice(listed).flatMap(aboutOf),
    ...namedIn(writtenFor(scenario)),
  ];
  return paths.some((path) => {
    const keys = keysOfPath(scenarioSchema, path.replace(/\.(kind|preset|huggingface)$/, "")); // which begin the map around them afresh
    return followed.some((other) => keys.every((key, i) => i >= other.length || key === other[i]));
  });
}

/**
 * `laid`, which is the tree `base` of `scenario` with other values over it, without values that followed the changed ones, and without
 * their assumptions: as if the other values had been written in the file.
 */
export function followed(laid: Written, base: Written, scenario: Scenario): { readonly written: Written; readonly stated: Stated } {
  const { following, listed } = statedBy(scenario);
  const still = following.filter(({ key }) => isUntouched(at(laid, ["cluster", key]), at(base, ["cluster", key])));
  const left = still.filter((follower) => isOther(laid, base, follower)).map(({ key }) => key);
  const written = left.length === 0 ? laid : without(laid, "cluster", left);
  const own = part(written, "assumed");
  if (own?.form !== "list" || !isUntouched(own, part(base, "assumed")))
    return { written, stated: { following: still, listed: countOf(own) } };
  const items = own.items.filter((_, i) => i < listed || isSame(written, base, scenario.assumed[i]!));
  const assumed: Written = items.length === own.items.length ? own : { ...own, items };
  const entries = new Map([...(written as WrittenMap).entries, ["assumed", assumed] as const]);
  return { written: { ...(written as WrittenMap), entries }, stated: { following: still, listed } };
}

/** Whether the value that `follower` follows is another preset in `laid` than in `base`, or no preset. */
function isOther(laid: Written, base: Written, { of, unless }: Follower): boolean {
  const [now, before] = [laid, base].map((tree) => at(tree, ["cluster", of]));
  return !isNothing(part(now, "preset")) || [...unless].some((key) => plainText(part(now, key)) !== plainText(part(before, key)));
}

/** Whether what `entry` is about is untouched. */
function isSame(laid: Written, base: Written, entry: Assumption): boolean {
  return aboutOf(entry).every((keys) => isUntouched(at(laid, keys), at(base, keys)));
}

/** Paths of the values by which `entry` is assumed. */
function aboutOf(entry: Assumption): string[][] {
  const path = typeof entry === "string" ? entry : entry.path;
  return (path === SHARE ? [path, OVERLAP] : [path]).map((each) => keysOfPath(scenarioSchema, each));
}

/** Whether `now` is `before`, but for the maps and lists that layers make again: a value that was set is another one, though it be equal. */
function isUntouched(now: Written | undefined, before: Written | undefined): boolean {
  if (now === before) return true;
  if (now?.form === "map" && before?.form === "map") {
    return (
      now.entries.size === before.entries.size && [...now.entries].every(([key, value]) => isUntouched(value, before.entries.get(key)))
    );
  }
  if (now?.form !== "list" || before?.form !== "list" || now.items.length !== before.items.length) return false;
  return now.items.every((item, i) => isUntouched(item, before.items[i]));
}

function without(written: Written, key: string, left: readonly string[]): Written {
  const map = written as WrittenMap;
  const inner = map.entries.get(key) as WrittenMap;
  const rest: WrittenMap = { ...inner, entries: new Map([...inner.entries].filter(([name]) => !left.includes(name))) };
  return { ...map, entries: new Map([...map.entries, [key, rest]]) };
}

function at(written: Written, keys: readonly string[]): Written | undefined {
  return keys.reduce<Written | undefined>(part, written);
}

function isNothing(written: Written | undefined): boolean {
  return written === undefined || (written.form === "scalar" && written.value === null);
}

function plainText(written: Written | undefined): string | undefined {
  return written && JSON.stringify(plainOf(written));
}

function countOf(written: Written | undefined): number {
  return written?.form === "list" ? written.items.length : 0;
}
