import { frozen } from "../../frozen.ts";
import { parseQuantity } from "../../quantities/quantity.ts";
import type { Unit } from "../../quantities/units.ts";

type Fits = readonly object[];

/** What each list says, worked out when somebody asks; and by that the list. */
const checked = new WeakMap<Fits, Fits>();
const written = new WeakMap<Fits, Fits>();
/** By each list that is known, its SHA-256. */
const known = new WeakMap<Fits, string>();

/**
 * `fits` of a preset, noted as right: they stand as a resolved scenario has them, so that they are read without the schema and written as they are. A
 * preset has hundreds of coefficients, and to check them and to write them anew would take a tenth of a start, as would to hash them: `sha256` is what
 * `digestOf` gives. A test holds the notes to it.
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

/** What known `fits` are once they are checked, frozen. */
export function checkedFits(fits: Fits): Fits {
  let of = checked.get(fits);
  if (of === undefined) {
    of = frozen(fits.map((fit) => numbersOf(fit) as object));
    checked.set(fits, of);
    written.set(of, fits);
  }
  return of;
}

/** As a resolved scenario has what `checkedFits` gave; undefined of anything else. */
export function writtenFits(value: readonly unknown[]): Fits | undefined {
  return written.get(value as Fits);
}

const QUANTITY = /^[\d.]+(?:e-?\d+)? (%|[nmu]?s|[kMGTP]?B(?:\/s)?)$/;

function numbersOf(value: unknown): unknown {
  if (typeof value === "string") return quantityOf(value);
  if (typeof value !== "object" || value === null) return value;
  const map: Record<string, unknown> = {};
  for (const [key, part] of Object.entries(value)) map[key] = numbersOf(part);
  return map;
}

/** Other texts are names. */
function quantityOf(text: string): unknown {
  const written = QUANTITY.exec(text)?.[1];
  return written === undefined ? text : parseQuantity(text, unitOf(written));
}

function unitOf(written: string): Unit {
  if (written.endsWith("B/s")) return "B/s";
  if (written.endsWith("B")) return "B";
  return written === "%" ? "%" : "s";
}
