import * as z from "zod";
import { withTrait } from "./trait.ts";

type Shape = z.ZodRawShape | z.ZodObject;
type Shapes = Readonly<Record<string, Shape>>;
type Variant<S extends Shapes> = {
  [K in keyof S & string]: S[K] extends z.ZodObject
    ? z.output<S[K]>
    : S[K] extends z.ZodRawShape
      ? z.output<z.ZodObject<S[K] & { kind: z.ZodLiteral<K> }, z.core.$strict>>
      : never;
}[keyof S & string];

/** The strict map of one kind, for a variant that has rules of its own. */
export function variant<const K extends string, const S extends z.ZodRawShape>(kind: K, knobs: S) {
  return z.strictObject({ kind: z.literal(kind), ...knobs });
}

/**
 * A choice `{ kind, …knobs }` out of `shapes`: knobs, or a `variant` with rules. A bare word is `{ kind: word }`.
 * Checked, it is always the map.
 */
export function choice<const S extends Shapes>(shapes: S): z.ZodType<Variant<S>> {
  const variants = Object.entries(shapes).map(([kind, shape]) => (shape instanceof z.ZodObject ? shape : variant(kind, shape)));
  let known: readonly string[] | undefined; // tried out when somebody asks, as no run does
  const bareKinds = () => {
    known ??= Object.keys(shapes).filter((kind, i) => variants[i]?.safeParse({ kind }).success);
    return known;
  };
  const widen = (bare: unknown) => (typeof bare === "string" && Object.hasOwn(shapes, bare) ? { kind: bare } : undefined);
  return withTrait(widening(widen, variants), { widen, bareKinds }) as unknown as z.ZodType<Variant<S>>;
}

/** One of `variants` by its `kind`, after `widen` has made a map of a bare value. */
export function widening(widen: (bare: unknown) => object | undefined, variants: readonly z.ZodObject[]) {
  return z.preprocess((given) => widen(given) ?? given, z.discriminatedUnion("kind", variants as [z.ZodObject, ...z.ZodObject[]]));
}
