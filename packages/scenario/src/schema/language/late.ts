import * as z from "zod";

/**
 * A part of the format that most files leave out: its schema is made when a file has it, or when somebody reads the whole format. All
 * schemas together take longer to make than a short run takes.
 */
export function late<S extends z.ZodType>(make: () => S): z.ZodOptional<z.ZodLazy<S>> {
  const schema = z.lazy(make);
  // What is optional asks what is in it whether that has a default, also where nothing is given. It would be made for that; it has none.
  Object.defineProperty(schema._zod, "optin", { value: undefined });
  return schema.optional();
}

/** Whether `schema` is such a part. Where it is left out there is nothing in it to ask about. */
export function isLate(schema: z.ZodType): boolean {
  return schema instanceof z.ZodOptional && schema.unwrap() instanceof z.ZodLazy;
}
