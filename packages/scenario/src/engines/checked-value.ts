import type * as z from "zod";
import { schemaAt } from "../schema/language/structure.ts";
import { scenarioSchema } from "../schema/scenario.ts";

/** `scenario`, which is checked, with another plain value at `path`, checked too; undefined removes the value. */
export function withChecked<Whole extends object>(scenario: Whole, path: string, plain: unknown): Whole {
  const keys = path.split(".");
  const schema: z.ZodType | undefined = schemaAt(scenarioSchema, keys, scenario);
  const isLeft = plain === undefined && schema?.safeParse(plain).success === false;
  return withValue(scenario, keys, isLeft ? undefined : schema?.parse(plain)) as Whole;
}

/** `map` with `value` at keys of the maps in it; undefined removes it. */
export function withValue(map: object, [key = "", ...rest]: readonly string[], value: unknown): object {
  const { [key]: inner, ...others } = map as Readonly<Record<string, unknown>>;
  if (rest.length > 0) return typeof inner === "object" && inner !== null ? { ...map, [key]: withValue(inner, rest, value) } : map;
  return value === undefined ? others : { ...map, [key]: value };
}
