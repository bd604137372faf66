/**
 * Base units of checked quantities: FLOP/s, bytes/s, bytes, seconds, hours for times too long to simulate, a share of one, tokens/s,
 * requests/s, dollars, dollars an hour, watts, joules, grams (of CO2 equivalent), grams for each kWh. `tokens/ms` has the dimension of
 * `tokens/s`, counted in tokens a millisecond, as throughput per GPU is reported.
 */
export type Unit =
  | "FLOPS"
  | "B/s"
  | "B"
  | "s"
  | "h"
  | "%"
  | "tokens/s"
  | "tokens/ms"
  | "requests/s"
  | "USD"
  | "USD/h"
  | "W"
  | "J"
  | "g"
  | "g/kWh";

type Dimension = Exclude<Unit, "tokens/ms">;

interface UnitFacts {
  readonly dimension: Dimension;
  /** The measured quantity, for a reader who confused two units. */
  readonly measures: string;
  readonly example: string;
  /** Least positive value, and largest value, in the base unit. */
  readonly least: number;
  readonly most: number;
}

export const UNITS: Readonly<Record<Unit, UnitFacts>> = {
  FLOPS: { dimension: "FLOPS", measures: "operations per second", example: "400 TFLOPS", least: 1, most: 1e21 },
  "B/s": { dimension: "B/s", measures: "bytes per second", example: "1.8 TB/s", least: 1, most: 1e18 },
  B: { dimension: "B", measures: "bytes", example: "64 GB", least: 1, most: 1e18 },
  h: { dimension: "h", measures: "hours", example: "50677 h", least: 1e-6, most: 1e12 }, // before s, which may be written in hours too
  s: { dimension: "s", measures: "time", example: "2 us", least: 1e-12, most: 9e6 }, // 9e6 s: nanoseconds stay safe integers
  "%": { dimension: "%", measures: "a share", example: "60 %", least: 1e-9, most: 1e6 },
  "tokens/s": { dimension: "tokens/s", measures: "tokens over time", example: "100 tokens/s", least: 1e-9, most: 1e15 },
  "tokens/ms": { dimension: "tokens/s", measures: "tokens over time", example: "100 tokens/ms", least: 1e-12, most: 1e12 },
  "requests/s": { dimension: "requests/s", measures: "requests over time", example: "20 requests/s", least: 1e-9, most: 1e12 },
  USD: { dimension: "USD", measures: "money", example: "0.5 USD", least: 1e-12, most: 1e15 },
  "USD/h": { dimension: "USD/h", measures: "money over time", example: "2.5 USD/h", least: 1e-9, most: 1e12 },
  W: { dimension: "W", measures: "power", example: "700 W", least: 1e-3, most: 1e12 },
  J: { dimension: "J", measures: "energy", example: "2 J", least: 1e-12, most: 1e18 },
  g: { dimension: "g", measures: "mass", example: "50 g", least: 1e-12, most: 1e15 },
  "g/kWh": { dimension: "g/kWh", measures: "carbon of energy", example: "400 g/kWh", least: 1e-9, most: 1e6 },
};

const SMALL = { n: -9, u: -6, µ: -6, μ: -6, m: -3 };
export const LARGE = { k: 3, M: 6, G: 9, T: 12, P: 15 };
export const BINARY = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50 };

/** One way to write a unit: value in the base unit = number × 10^ten × 2^two × times. */
interface Spelling {
  readonly dimension: Dimension;
  readonly ten: number;
  readonly two: number;
  readonly times: number;
}

/** Every way to write every unit. */
export const SPELLINGS: ReadonlyMap<string, Spelling> = spellings();

function spellings(): Map<string, Spelling> {
  const known = new Map<string, Spelling>();
  const add = (bare: string, dimension: Dimension, prefixes: Readonly<Record<string, number>>, ten = 0, two = 0, times = 1) => {
    known.set(bare, { dimension, ten, two, times });
    for (const [prefix, power] of Object.entries(prefixes)) known.set(prefix + bare, { dimension, ten: ten + power, two, times });
  };
  const addBinary = (bare: string, dimension: Dimension, two = 0) => {
    for (const [prefix, power] of Object.entries(BINARY)) known.set(prefix + bare, { dimension, ten: 0, two: two + power, times: 1 });
  };
  for (const bare of ["FLOPS", "Flops", "FLOP/s", "Flop/s"]) add(bare, "FLOPS", LARGE);
  add("B", "B", LARGE);
  addBinary("B", "B");
  add("B/s", "B/s", LARGE);
  addBinary("B/s", "B/s");
  for (const bare of ["bit/s", "b/s"]) {
    add(bare, "B/s", LARGE, 0, -3); // 8 bits a byte
    addBinary(bare, "B/s", -3);
  }
  add("s", "s", SMALL); // no Ms: most likely ms was meant
  known.set("min", { dimension: "s", ten: 0, two: 0, times: 60 });
  add("h", "h", {});
  known.set("d", { dimension: "h", ten: 0, two: 0, times: 24 });
  add("%", "%", {}, -2);
  add("tokens/s", "tokens/s", LARGE);
  add("tokens/ms", "tokens/s", LARGE, 3);
  for (const bare of ["requests/s", "req/s", "qps"]) add(bare, "requests/s", LARGE);
  add("USD", "USD", {});
  add("USD/h", "USD/h", LARGE);
  add("W", "W", LARGE); // no mW: most likely MW was meant
  add("J", "J", { ...SMALL, ...LARGE });
  add("Wh", "J", LARGE, 2, 0, 36); // 3600 J
  add("g", "g", { m: -3, k: 3 });
  for (const [bare, ten] of [
    ["g/kWh", 0],
    ["kg/kWh", 3],
    ["kg/MWh", 0],
  ] as const)
    add(bare, "g/kWh", {}, ten);
  return known;
}

/** Factor from the base unit of `dimension` to `unit` where a text in one may stand for the other: seconds may be written in hours. */
export function factorTo(unit: Unit, dimension: Dimension): number | undefined {
  if (dimension === UNITS[unit].dimension) return 1;
  return unit === "s" && dimension === "h" ? 3600 : undefined;
}

/** A regular expression of the texts that are quantities in `unit`, bounds aside; for editors. */
export function unitPattern(unit: Unit): string {
  const names = [...SPELLINGS].filter(([, { dimension }]) => factorTo(unit, dimension) !== undefined).map(([name]) => name);
  return `^\\s*\\+?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?\\s*(${names.join("|")})\\s*$`;
}
