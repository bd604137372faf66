import * as z from "zod";
import { madeLate } from "./late.ts";
import { withTrait } from "./trait.ts";

type Shape = z.ZodRawShape | z.ZodObject;
type Shapes = Readonly<Record<string, Shape | (() => Shape)>>;
type Made<S> = S extends () => infer M ? M : S;
type Variant<S extends Shapes> = {
  [K in keyof S & string]: Made<S[K]> extends z.ZodObject
    ? z.output<Made<S[K]>>
    : Made<S[K]> extends z.ZodRawShape
      ? z.output<z.ZodObject<Made<S[K]> & { kind: z.ZodLiteral<K> }, z.core.$strict>>
      : never;
}[keyof S & string];

/** The strict map of one kind, for a variant that has rules of its own. */
export function variant<const K extends string, const S extends z.ZodRawShape>(kind: K, knobs: S) {
  return z.strictObject({ kind: z.literal(kind), ...knobs });
}

/**
 * A choice `{ kind, …knobs }` out of `shapes`: knobs, or a `variant` with rules, or a function that makes them when a file has that kind. A
 * bare word is `{ kind: word }`, and another bare value becomes `mapOf` of it. Checked, it is always the map.
 */
export function choice<const S extends Shapes>(shapes: S, mapOf: (bare: unknown) => object | undefined = noMap): z.ZodType<Variant<S>> {
  const variants = Object.entries(shapes).map(([kind, shape]) => (shape instanceof z.ZodObject ? shape : lateVariant(kind, shape)));
  let known: readonly string[] | undefined; // evaluated on first use, as no run needs it
  const bareKinds = () => {
    known ??= Object.keys(shapes).filter((kind, i) => variants[i]?.safeParse({ kind }).success);
    return known;
  };
  const widen = (bare: unknown) => (typeof bare === "string" && Object.hasOwn(shapes, bare) ? { kind: bare } : mapOf(bare));
  return withTrait(widening(widen, variants), { widen, bareKinds }) as unknown as z.ZodType<Variant<S>>;
}

function noMap(): undefined {
  return undefined;
}

/** A variant that is made when a map has its kind: a run needs one of a choice. */
export function lateVariant(kind: string, shape: Shape | (() => Shape)): z.ZodLazy<z.ZodObject> {
  return madeLate(
    () => {
      const made = typeof shape === "function" ? shape() : shape;
      return made instanceof z.ZodObject ? made : variant(kind, made);
    },
    { kind: new Set([kind]) },
  );
}

type Option = z.ZodObject | z.ZodLazy<z.ZodObject>;

/** One of `variants` by its `kind`, after `widen` has made a map of a bare value. */
export function widening(widen: (bare: unknown) => object | undefined, variants: readonly Option[]) {
  return z.preprocess((given) => widen(given) ?? given, z.discriminatedUnion("kind", variants as [Option, ...Option[]]));
}
