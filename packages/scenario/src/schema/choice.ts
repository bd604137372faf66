import * as z from "zod";

type Shapes = Readonly<Record<string, z.ZodRawShape>>;
type Variant<S extends Shapes> = {
  [K in keyof S & string]: z.output<z.ZodObject<S[K] & { kind: z.ZodLiteral<K> }, z.core.$strict>>;
}[keyof S & string];

/**
 * A choice `{ kind, …knobs }` out of `shapes`. A kind whose knobs are all optional may be written as the bare word.
 * Checked, it is always the map.
 */
export function choice<const S extends Shapes>(shapes: S): z.ZodType<Variant<S>> {
  const variants = Object.entries(shapes).map(([kind, shape]) => z.strictObject({ kind: z.literal(kind), ...shape }));
  const bare = Object.entries(shapes)
    .filter(([, shape]) => z.object(shape).safeParse({}).success)
    .map(([kind]) => kind);
  const map = z.discriminatedUnion("kind", variants as never);
  const schema = bare.length === 0 ? map : z.union([z.enum(bare).transform((kind) => map.parse({ kind })), map]);
  return schema as unknown as z.ZodType<Variant<S>>;
}
