import * as z from "zod";

/** Notes what `schema` means, for it and its copies, as `describe` does for a copy that it makes: schemas take most of a start. Only of one that is not shared. */
export function means<S extends z.ZodType>(schema: S, meaning: string): S {
  z.globalRegistry.add(schema, { description: meaning });
  return schema;
}
