type Value = string | number | boolean | object | null | undefined;

const STEPS: Readonly<Record<string, readonly (readonly [size: number, symbol: string])[]>> = {
  s: [
    [1, "s"],
    [1e-3, "ms"],
    [1e-6, "us"],
    [1e-9, "ns"],
  ],
  B: [
    [1e12, "TB"],
    [1e9, "GB"],
    [1e6, "MB"],
    [1e3, "kB"],
    [1, "B"],
  ],
};
const NONE = "–";

/** A number in its unit, to four digits: `12.35 ms`, `1.2 %`. */
export function numberText(value: number | null, unit: string): string {
  if (value === null) return NONE;
  if (unit === "%") return `${digits(100 * value)} %`;
  const steps = STEPS[unit];
  if (steps === undefined || value === 0) return unit === "" ? digits(value) : `${digits(value)} ${unit}`;
  const [scale, symbol] = steps.find(([size]) => Math.abs(value) >= size) ?? steps.at(-1)!;
  return `${digits(value / scale)} ${symbol}`;
}

function digits(value: number): string {
  if (Number.isInteger(value)) return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
  const text = value.toPrecision(4);
  return text.includes("e") || !text.includes(".") ? String(Number(text)) : text.replace(/\.?0+$/, "");
}

/** A parameter's value as it would be written in a scenario. */
export function written(value: Value): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Order of values: numbers and quantities of one unit by size, the rest as text; missing ones come last. */
export function inOrder(a: Value, b: Value): number {
  if (a === b) return 0;
  if (a === null || a === undefined) return 1;
  if (b === null || b === undefined) return -1;
  const [x, y] = [Number.parseFloat(String(a)), Number.parseFloat(String(b))];
  const [tail, other] = [a, b].map((value) => String(value).replace(/^[-\d.e+]+/, ""));
  if (!Number.isNaN(x) && !Number.isNaN(y) && tail === other) return x - y;
  return written(a) < written(b) ? -1 : 1;
}
