import * as z from "zod";
import { once } from "./once.ts";
import { remembered } from "./remembered.ts";

/** The format has no recursive part, so that no value can be circular: the library would search for that in each schema first. */
z.config({ memoizer: { attach() {}, guard() {}, alloc: (_schema, _payload, empty) => empty } });

/**
 * A part of the format that most files leave out: its schema is made when a file has it, or when the whole format is read. All schemas
 * together take longer to make than a short run takes.
 */
export function late<S extends z.ZodType>(make: () => S): z.ZodOptional<z.ZodLazy<S>> {
  return madeLate(make).optional();
}

/**
 * Made when a value is checked by it. The schema around it first asks whether it has a default, even if nothing is given, and a choice
 * reads the words in `values`, which distinguish it from others. Both would make it early; it has no default.
 */
export function madeLate<S extends z.ZodType>(make: () => S, values?: Readonly<Record<string, ReadonlySet<string>>>): z.ZodLazy<S> {
  const schema = z.lazy(once(make)); // its copies ask too, and readers of its contents
  Object.defineProperty(schema._zod, "optin", { value: undefined });
  Object.defineProperty(schema._zod, "optout", { value: undefined });
  if (values !== undefined) Object.defineProperty(schema._zod, "propValues", { value: values });
  return schema;
}

/** Whether `schema` is such a part. Where it is left out there is nothing in it to ask about. */
export const isLate = remembered((schema: z.ZodType) => schema instanceof z.ZodOptional && schema.unwrap() instanceof z.ZodLazy);
