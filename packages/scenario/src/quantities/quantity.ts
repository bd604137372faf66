import { BINARY, factorTo, LARGE, SPELLINGS, UNITS, type Unit } from "./units.ts";

/** Bounds of a quantity, in its base unit. */
export interface Bounds {
  /** Zero is refused. */
  readonly positive?: boolean;
  readonly max?: number;
}

const QUANTITY = /^\s*([+-]?)(\d+(?:\.\d*)?|\.\d+)(?:[eE]([+-]?\d+))?\s*(.*?)\s*$/;
const LONGEST = 200; // longest quantity in characters

/**
 * Parses `text` as a quantity, in the base unit of `unit`; or returns a phrase of what is legal. `1.8 TB/s` is exactly 1.8e12, `60 %`
 * exactly 0.6.
 */
export function parseQuantity(text: string, unit: Unit, bounds: Bounds = {}): number | { readonly wanted: string } {
  const wanted = wantedQuantity(unit, bounds);
  const match = text.length > LONGEST ? null : QUANTITY.exec(text);
  if (match === null) return { wanted };
  const [, sign = "", digits = "", exponent = "0", written = ""] = match;
  if (written === "") return { wanted: `${wanted}, with its unit` };
  const spelling = SPELLINGS.get(written);
  if (spelling === undefined) return { wanted: `${wanted}${remark(written)}` };
  const facts = UNITS[unit];
  const factor = factorTo(unit, spelling.dimension);
  if (factor === undefined) {
    const theirs = UNITS[spelling.dimension];
    return { wanted: `${wanted} (${facts.measures}), not in ${spelling.dimension} (${theirs.measures})` };
  }
  const ten = spelling.ten - (unit === "tokens/ms" ? 3 : 0) + Number(exponent);
  const value = Number(`${sign}${digits}e${ten}`) * powerOfTwo(spelling.two) * spelling.times * factor;
  return withinBounds(value, unit, bounds) ? value + 0 : { wanted: `${wanted}, ${range(unit, bounds)}` };
}

/** Legal text for `parseQuantity` with these bounds, as a phrase: `a quantity in B, such as 64 GB`. */
export function wantedQuantity(unit: Unit, bounds: Bounds = {}): string {
  const article = bounds.positive === true ? "a positive quantity" : "a quantity";
  return `${article} in ${unit}, such as ${UNITS[unit].example}`;
}

function withinBounds(value: number, unit: Unit, bounds: Bounds): boolean {
  const least = bounds.positive === true ? UNITS[unit].least : 0;
  return value >= least && value <= (bounds.max ?? UNITS[unit].most);
}

function range(unit: Unit, bounds: Bounds): string {
  const least = bounds.positive === true ? UNITS[unit].least : 0;
  return `from ${formatQuantity(least, unit)} to ${formatQuantity(bounds.max ?? UNITS[unit].most, unit)}`;
}

/** A hint about a unit that is not known: most are a slip of the case. */
function remark(written: string): string {
  const prefix = /^(.*)b(?:it)?$/.exec(written)?.[1];
  if (prefix !== undefined) return `; ${written} is ambiguous, write ${prefix}B for bytes or ${prefix}bit/s for bits per second`;
  const wire = /^(.*)([bB])ps$/.exec(written);
  if (wire !== null) return `; ${written} is written ${wire[1]}${wire[2] === "B" ? "B/s" : "bit/s"}`;
  const folded = written.replace(/\s+/g, "").toLowerCase();
  const same = [...SPELLINGS.keys()].filter((name) => name.toLowerCase() === folded);
  if (same.length > 0) return `; ${written} is written ${same.slice(0, 2).join(" or ")}`;
  return `; ${written.slice(0, 40)} is no unit here`;
}

/**
 * Writes `value` (base unit of `unit`, finite, not negative) so that `parseQuantity` gives back the same bits:
 * the shortest decimal digits with the point moved, or a binary prefix where that is exact and shorter.
 */
export function formatQuantity(value: number, unit: Unit): string {
  const written = [decimal(value, unit)];
  if (unit === "B" || unit === "B/s") {
    for (const [prefix, power] of Object.entries(BINARY)) {
      const scaled = value / powerOfTwo(power);
      if (scaled >= 1 && scaled < 1e6) written.push(`${scaled} ${prefix}${unit}`);
    }
  }
  return written.reduce((best, next) => (next.length < best.length ? next : best));
}

type Rung = readonly [prefix: string, power: number];
const UP: readonly Rung[] = [["", 0], ...Object.entries(LARGE)];
const DOWN: readonly Rung[] = [
  ["n", -9],
  ["u", -6],
  ["m", -3],
];
/** Prefixes that a unit is written with, smallest first; other units are written bare. */
const LADDERS: Partial<Record<Unit, readonly Rung[]>> = {
  FLOPS: UP,
  "B/s": UP,
  B: UP,
  s: [...DOWN, ["", 0]],
  W: UP,
  J: [...DOWN, ...UP],
};

function decimal(value: number, unit: Unit): string {
  if (value === 0) return `0 ${unit}`;
  const [mantissa = "0", power = "0"] = value.toExponential().split("e");
  const exponent = Number(power);
  if (unit === "%") return `${shifted(mantissa, exponent + 2)} %`;
  const ladder = LADDERS[unit] ?? [["", 0]];
  const [prefix, step] = ladder.findLast(([, rung]) => rung <= exponent) ?? (ladder[0] as Rung);
  return `${shifted(mantissa, exponent - step)} ${prefix}${unit}`;
}

/** `mantissa` (d.ddd) × 10^`places` as plain decimal digits; with an exponent where that would be long. */
function shifted(mantissa: string, places: number): string {
  if (places < -7 || places > 20) return `${mantissa}e${places}`;
  const [whole = "", fraction = ""] = mantissa.split(".");
  const digits = whole + fraction;
  const point = whole.length + places;
  if (point <= 0) return `0.${"0".repeat(-point)}${digits}`;
  if (point >= digits.length) return digits + "0".repeat(point - digits.length);
  return `${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** 2^power, exactly, for |power| ≤ 60. */
function powerOfTwo(power: number): number {
  let value = 1;
  for (let i = 0; i < Math.abs(power); i++) value *= 2;
  return power < 0 ? 1 / value : value;
}
