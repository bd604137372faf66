import { kindsOf, schemaAt } from "../schema/language/structure.ts";
import { scenarioSchema } from "../schema/scenario.ts";
import type { Door } from "./policy-words.ts";

/** Kinds of our own at `door`. */
export function builtInKinds(door: Door): readonly string[] {
  const schema = schemaAt(scenarioSchema, door.split("."), {});
  return schema === undefined ? [] : kindsOf(schema);
}
