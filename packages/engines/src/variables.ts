import type { Engine, FlagValue } from "@tokenyard/scenario";

/** Environment variables that stand for a flag, by engine and flag. */
const VARIABLES: Readonly<Partial<Record<Engine["name"], Readonly<Record<string, string>>>>> = {
  sglang: { "enable-beta-spec": "SGLANG_ENABLE_SPEC_V2" },
};

/** Variables that a server reads in place of a flag, each with the flag's name. */
export function variablesOf(engine: Engine["name"]): readonly (readonly [variable: string, flag: string])[] {
  return Object.entries(VARIABLES[engine] ?? {}).map(([flag, variable]) => [variable, flag]);
}

/** `flags` without those that are variables of a server; and these. */
export function withVariables(
  engine: Engine["name"],
  flags: ReadonlyMap<string, FlagValue>,
): { readonly flags: ReadonlyMap<string, FlagValue>; readonly environment: Readonly<Record<string, string>> } {
  const own = variablesOf(engine).filter(([, flag]) => flags.has(flag));
  const others = [...flags].filter(([name]) => own.every(([, flag]) => flag !== name));
  const environment = Object.fromEntries(own.map(([variable, flag]) => [variable, flags.get(flag) === true ? "1" : "0"]));
  return { flags: new Map(others), environment };
}
