import type { EngineSpec } from "../schema/engine.ts";
import { ENGINES } from "./registry.ts";
import { readFlags } from "./stated-flags.ts";
import { versionOf } from "./version.ts";

/** Whether the stated flags of an engine, in any spelling, ask for steps without captured graphs. */
export function asksNoGraphs(spec: EngineSpec | undefined): boolean {
  if (spec === undefined || spec.name === "ideal") return false;
  const engine = ENGINES[spec.name];
  const version = versionOf(spec.version ?? engine.versions.assumed) ?? versionOf(engine.versions.assumed)!;
  const stated = readFlags(engine, version, spec.flags, { problems: [], assumed: [] });
  return engine.withoutGraphs.isAsked((flag) => stated.get(flag), version);
}
