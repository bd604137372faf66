import type * as z from "zod";
import { type PresetPlace, withTrait } from "./trait.ts";

/** A place where a preset may be named: `word` is `{ preset: word }` unless it is a kind, and keys beside it override. */
export function presettable<S extends z.ZodType>(place: PresetPlace, schema: S): S {
  return withTrait(schema, { preset: place });
}
