import type { Unit } from "@tokenyard/scenario";

/** Dimension of a number as powers of base measures, with the factor of its unit: `tokens/ms` are 1000 tokens/s. */
export interface Dimension {
  readonly powers: Readonly<Record<Base, number>>;
  readonly scale: number;
}

/** Counts of things may be left out: `tokens.output / horizonSeconds` may be compared with tokens/s. */
const COUNTS = ["token", "request", "operation"] as const;
const MEASURES = ["second", "byte", "dollar", "hour", "joule", "gram"] as const;
type Base = (typeof COUNTS)[number] | (typeof MEASURES)[number];
const BASES: readonly Base[] = [...COUNTS, ...MEASURES];

const UNITS: Readonly<Record<Unit | "", Dimension>> = {
  "": dimension({}),
  "%": dimension({}),
  s: dimension({ second: 1 }),
  h: dimension({ hour: 1 }),
  B: dimension({ byte: 1 }),
  "B/s": dimension({ byte: 1, second: -1 }),
  FLOPS: dimension({ operation: 1, second: -1 }),
  "tokens/s": dimension({ token: 1, second: -1 }),
  "tokens/ms": dimension({ token: 1, second: -1 }, 1000),
  "requests/s": dimension({ request: 1, second: -1 }),
  USD: dimension({ dollar: 1 }),
  "USD/h": dimension({ dollar: 1, hour: -1 }),
  W: dimension({ joule: 1, second: -1 }),
  J: dimension({ joule: 1 }),
  g: dimension({ gram: 1 }),
  "g/kWh": dimension({ gram: 1, joule: -1 }, 1 / 3.6e6),
};

function dimension(powers: Partial<Record<Base, number>>, scale = 1): Dimension {
  return { powers: { ...(Object.fromEntries(BASES.map((base) => [base, 0])) as Record<Base, number>), ...powers }, scale };
}

export function dimensionOf(unit: Unit | ""): Dimension {
  return UNITS[unit];
}

/** Dimension of a product (`sign` 1) or a quotient (−1). */
export function multiplied(a: Dimension, b: Dimension, sign: 1 | -1): Dimension {
  const powers = Object.fromEntries(BASES.map((base) => [base, a.powers[base] + sign * b.powers[base]])) as Record<Base, number>;
  return { powers, scale: sign === 1 ? a.scale * b.scale : a.scale / b.scale };
}

/** Whether numbers of both may be compared and added: the same measures, and the same counts unless one has none. */
export function agree(a: Dimension, b: Dimension): boolean {
  const same = (bases: readonly Base[]) => bases.every((base) => a.powers[base] === b.powers[base]);
  return same(MEASURES) && (same(COUNTS) || isCountless(a) || isCountless(b));
}

/** Dimension of a sum: that of the term which names its counts. */
export function joined(a: Dimension, b: Dimension): Dimension {
  return isCountless(a) ? { powers: b.powers, scale: a.scale } : a;
}

/** Whether it is a number without a unit. */
export function isPlain(a: Dimension): boolean {
  return BASES.every((base) => a.powers[base] === 0);
}

/** The unit of that name; undefined when there is none. Shares are plain numbers. */
export function unitOf(a: Dimension): Unit | "" | undefined {
  const found = Object.entries(UNITS).find(([, b]) => b.scale === a.scale && BASES.every((base) => a.powers[base] === b.powers[base]));
  return found?.[0] as Unit | "" | undefined;
}

/** For a message: `s`, `B/s`, `byte second`, `a plain number`. */
export function dimensionText(a: Dimension): string {
  if (isPlain(a)) return "a plain number";
  const unit = unitOf(a);
  if (unit !== undefined) return unit;
  const side = (sign: number) => BASES.flatMap((base) => Array<string>(Math.max(0, sign * a.powers[base])).fill(base)).join(" ");
  const below = side(-1);
  return `${side(1) || "1"}${below === "" ? "" : ` per ${below}`}`;
}

function isCountless(a: Dimension): boolean {
  return COUNTS.every((base) => a.powers[base] === 0);
}
