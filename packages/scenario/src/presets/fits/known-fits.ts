import { frozen } from "../../frozen.ts";

type Fits = readonly object[];

/** Checked form of each list, made on first use; and by that the list. */
const checked = new WeakMap<Fits, Fits>();
const written = new WeakMap<Fits, Fits>();
/** SHA-256 of each known list. */
const known = new WeakMap<Fits, string>();

/**
 * `fits` of a preset, recorded as right: they have the form of a resolved scenario, so that they are read without the schema and written as
 * they are. A preset has hundreds of coefficients, and checking, writing or hashing them again would take a tenth of a start: `sha256` is
 * the result of `digestOf`. A test verifies it.
 */
export function knownFits<F extends Fits>(fits: F, sha256: string): F {
  known.set(fits, sha256);
  return fits;
}

/** SHA-256 (hex) of a list as a resolved scenario has it; undefined where it is not known. */
export function digestOfKnown(fits: readonly unknown[]): string | undefined {
  return known.get(fits as Fits);
}

export function areKnown(value: unknown): value is Fits {
  return Array.isArray(value) && known.has(value);
}

/** Checked and frozen form of known `fits`. */
export function checkedFits(fits: Fits): Fits {
  let of = checked.get(fits);
  if (of === undefined) {
    of = frozen(fits.map((fit) => numbersOf(fit) as object));
    checked.set(fits, of);
    written.set(of, fits);
  }
  return of;
}

/** Fits in the form that `checkedFits` returns and a resolved scenario has; undefined of anything else. */
export function writtenFits(value: readonly unknown[]): Fits | undefined {
  return written.get(value as Fits);
}

/** Power of ten of each unit as written here. */
const POWERS: ReadonlyMap<string, number> = new Map(
  [
    { units: ["%"], prefixes: { "": -2 } },
    { units: ["s"], prefixes: { n: -9, u: -6, m: -3, "": 0 } },
    { units: ["B", "B/s"], prefixes: { "": 0, k: 3, M: 6, G: 9, T: 12, P: 15 } },
  ].flatMap(({ units, prefixes }) =>
    units.flatMap((unit) => Object.entries(prefixes).map(([prefix, power]) => [`${prefix}${unit}`, power] as const)),
  ),
);

function numbersOf(value: unknown): unknown {
  if (typeof value === "string") return quantityOf(value);
  if (typeof value !== "object" || value === null) return value;
  const map: Record<string, unknown> = {};
  for (const [key, part] of Object.entries(value)) map[key] = numbersOf(part);
  return map;
}

/** Quantity as `parseQuantity` would read it, without the cases that only people write; other texts are names. */
function quantityOf(text: string): unknown {
  const space = text.indexOf(" ");
  const power = POWERS.get(text.slice(space + 1));
  if (space < 1 || power === undefined) return text;
  const [digits, exponent = "0"] = text.slice(0, space).split("e");
  return Number(`${digits}e${power + Number(exponent)}`);
}
