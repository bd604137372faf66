import type { Engine, Facts, Flag, FlagValue, Layout } from "./flag.ts";
import { flagText } from "./known-flag.ts";
import { draftsBy } from "./speculation.ts";
import type { Version } from "./version.ts";

/** A value that an engine sets, and by which flag, default or measurement. */
export interface Setting {
  readonly path: string;
  readonly value: unknown;
  readonly from: string;
  /** Whether a flag states it. */
  readonly isStated: boolean;
}

/** Facts on which the defaults depend, besides the flags. */
export type Surroundings = Pick<Facts, "gpu" | "model" | "layout" | "role" | "speculation"> & { readonly version: Version };

/** Values by canonical name. */
export type StatedFlags = ReadonlyMap<string, FlagValue>;

/** Flags, defaults and surroundings of one engine. */
export function factsOf(engine: Engine, stated: StatedFlags, around: Surroundings): Facts {
  const byName = new Map(engine.flags.map((flag) => [flag.name, flag]));
  const known = new Map<string, FlagValue | undefined>(stated);
  const facts: Facts = {
    ...around,
    get drafts() {
      return around.speculation.tokens ?? draftsBy(engine.drafting(facts), facts);
    },
    isStated: (name) => stated.has(name),
    value: (name) => {
      if (!known.has(name)) {
        known.set(name, undefined); // defaults that ask for each other
        known.set(name, byName.get(name)?.unasked?.(facts));
      }
      return known.get(name);
    },
  };
  return facts;
}

/** The layout that the stated flags give; undefined where none of them is a degree. */
export function statedLayout(engine: Engine, stated: StatedFlags, experts: boolean): Layout | undefined {
  return engine.degrees.some((name) => stated.has(name)) ? engine.layout((name) => stated.get(name), experts) : undefined;
}

/** Values that were fitted to measured runs. */
const MEASURED = /^serving\.stepOverhead\.|launchShare$|^routing\.gate\./;

/** Settings of `engine` with `stated` flags, each path once: later rows of its table win. */
export function settingsOf(engine: Engine, stated: StatedFlags, around: Surroundings): readonly Setting[] {
  const facts = factsOf(engine, stated, around);
  const settings = new Map<string, Setting>();
  const add = (values: Readonly<Record<string, unknown>>, from: string, isStated: boolean) => {
    for (const [path, value] of Object.entries(values)) if (value !== undefined) settings.set(path, { path, value, from, isStated });
  };
  const name = `${engine.name} ${around.version.text}`;
  for (const [path, value] of Object.entries(engine.always(facts))) {
    const standsFor = engine.standIns?.[path];
    const from = standsFor === undefined ? (MEASURED.test(path) ? `${name} as measured` : name) : `${name}, ${standsFor}`;
    add({ [path]: value }, from, false);
  }
  for (const flag of engine.flags) {
    const value = facts.value(flag.name);
    if (value === undefined || flag.sets === undefined) continue;
    const isStated = stated.has(flag.name);
    add(flag.sets(value, facts), isStated ? statedText(flag, value) : `${name}, ${flag.name} by default`, isStated);
  }
  const layout = statedLayout(engine, stated, around.model.experts);
  if (layout !== undefined) {
    const degrees = engine.degrees.filter((each) => stated.has(each));
    const from = degrees.map((each) => statedText({ name: each }, stated.get(each)!)).join(" ");
    add(degreesOf(layout, around.model.experts), from, true);
  }
  return [...settings.values()];
}

function statedText({ name }: Pick<Flag, "name">, value: FlagValue): string {
  return value === true ? `--${name}` : `--${name} ${flagText(value)}`;
}

/** `layout` as degrees of a scenario. */
export function degreesOf(
  { attention, expert, tensor, pipeline, context = 1, replicas }: Layout,
  experts: boolean,
): Readonly<Record<string, unknown>> {
  const isPlain = attention.tensor === tensor && (attention.data === 1 || experts) && expert === attention.data;
  return {
    ...(experts ? { "parallelism.expert": expert } : {}),
    "parallelism.tensor": tensor,
    ...(isPlain && expert === 1 ? {} : { "parallelism.attention.tensor": attention.tensor, "parallelism.attention.data": attention.data }),
    "parallelism.pipeline": pipeline,
    ...(context > 1 ? { "parallelism.context": context } : {}),
    "parallelism.data": replicas,
  };
}
