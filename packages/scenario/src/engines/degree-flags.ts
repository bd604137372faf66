import type { Scenario } from "../schema/scenario.ts";
import type { Engine } from "./flag.ts";
import { knownFlag } from "./known-flag.ts";
import { ENGINES } from "./registry.ts";

type Flags = Readonly<Record<string, unknown>>;

/** Flags at their paths, `engine.flags` and `pools.N.engine.flags`, without those that state degrees; none where there are no such flags. */
export function flagsWithoutDegrees({ engine, pools = [] }: Pick<Scenario, "engine" | "pools">): [path: string, others: Flags][] {
  const specs = [["engine", engine] as const, ...pools.map((pool, at) => [`pools.${at}.engine`, pool.engine] as const)];
  return specs.flatMap(([path, spec]) => {
    const name = spec?.name ?? engine?.name;
    if (spec?.flags === undefined || name === undefined || !Object.hasOwn(ENGINES, name)) return [];
    const flags = spec.flags as Flags;
    const others = withoutDegrees(ENGINES[name as Engine["name"]], flags, "");
    return JSON.stringify(others) === JSON.stringify(flags) ? [] : [[`${path}.flags`, others]];
  });
}

function withoutDegrees(engine: Engine, flags: Flags, under: string): Flags {
  const kept = Object.entries(flags).flatMap(([key, value]): [string, unknown][] => {
    const known = knownFlag(engine, `${under}${key}`);
    if (known.kind === "flag") return engine.degrees.includes(known.flag.name) ? [] : [[key, value]];
    const isMap = known.kind === "parts" && typeof value === "object" && value !== null && !Array.isArray(value);
    return [[key, isMap ? withoutDegrees(engine, value as Flags, `${under}${key}.`) : value]];
  });
  return Object.fromEntries(kept);
}
