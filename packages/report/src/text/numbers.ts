import { grouped } from "@tokenyard/scenario";
import type { Report } from "../schema/report.ts";
import type { Estimate } from "../schema/seeds-schema.ts";
import { metricValue } from "../summary/targets.ts";
import { decimalsWithin, isOpen, MOST_DECIMALS, rounded, spreadText, stepOf } from "./precision.ts";
import { measured, NO_VALUE, scaleOf } from "./quantity.ts";

/** How a number is written, and what amounts beside it are divided by to read in the same unit. */
export interface NumberForm {
  text(value: number, step: number): string;
  scale(value: number): number;
}

function formOf(unit: string): NumberForm {
  return { text: (value, step) => measured(value, unit, step), scale: (value) => scaleOf(value, unit) };
}

/** The numbers of a report by their paths: its own where one seed ran, where several did their estimates, no finer than the intervals allow. */
export class Numbers {
  readonly #report: Omit<Report, "conclusion" | "modelError">;

  constructor(report: Omit<Report, "conclusion" | "modelError">) {
    this.#report = report;
  }

  value(path: string): number | null {
    return this.#report.seeds === undefined ? metricValue(this.#report, { path }) : meanOf(this.#estimate(path));
  }

  /** The number at `path`, formatted by `form`, which receives the last significant decimal place. */
  text(path: string, form: (value: number, step: number) => string): string {
    const value = this.value(path);
    return value === null ? NO_VALUE : form(value, this.step(path));
  }

  step(path: string): number {
    const estimate = this.#estimate(path);
    return estimate === undefined ? 0 : stepOf(estimate.value ?? 0, estimate.interval);
  }

  /** Half the interval, both sides of it, or its lower end where it is open, in the unit of the number and no finer: `± 0.4`; empty where one seed ran or all agree. */
  spread(path: string, unit: string, { text, scale }: NumberForm = formOf(unit)): string {
    const estimate = this.#estimate(path);
    if (estimate === undefined || estimate.interval === null) return "";
    const { value, interval } = estimate;
    const mean = value ?? interval.low;
    const by = scale(mean);
    const step = stepOf(mean, interval);
    const shown = /\.(\d+)/.exec(text(mean, step))?.[1]?.length ?? 0;
    const isSmall = unit !== "%" && mean / by < 1; // 0.010 is written as 0.01
    const decimals = isSmall ? Math.max(shown, decimalsWithin(MOST_DECIMALS, step / by)) : shown;
    return spreadText(mean, interval, (amount) => amountText(amount / by, step / by, decimals));
  }

  /** The keys of the map at `path` that have a number, in any seed. */
  keys(path: string): string[] {
    const { seeds } = this.#report;
    if (seeds === undefined) return Object.keys(mapAt(this.#report, path) ?? {}).filter((key) => this.value(`${path}.${key}`) !== null);
    const under = `${path}.`;
    const paths = Object.keys(seeds.estimates).filter((each) => each.startsWith(under));
    return paths.map((each) => each.slice(under.length)).filter((key) => !key.includes("."));
  }

  /** The number at `path` with its spread, `12.1 requests/s`, `12.1 ± 0.4 requests/s` or `45 ms (at least 40 ms)`. */
  whole(path: string, unit: string): string {
    const text = this.text(path, (value, step) => measured(value, unit, step));
    const interval = this.#estimate(path)?.interval ?? null;
    if (interval !== null && isOpen(interval)) return `${text} (at least ${measured(interval.low, unit, this.step(path))})`;
    const [digits = "", ...words] = text.split(" ");
    const spread = this.spread(path, unit);
    return [digits, ...(spread === "" ? [] : [spread]), ...words].join(" ");
  }

  #estimate(path: string): Estimate | undefined {
    return this.#report.seeds?.estimates[path];
  }
}

/** Infinity where it is longer than any bound. */
function meanOf(estimate: Estimate | undefined): number | null {
  return estimate === undefined ? null : (estimate.value ?? Number.POSITIVE_INFINITY);
}

function mapAt(report: object, path: string): object | undefined {
  const at = path.split(".").reduce<unknown>((tree, key) => (tree as Record<string, unknown> | null | undefined)?.[key], report);
  return typeof at === "object" && at !== null ? at : undefined;
}

/** `0.4`, `300`; `<0.1` for what does not show with this number of decimals. */
function amountText(amount: number, step: number, decimals: number): string {
  if (decimals === 0 && amount >= 0.5) return grouped(rounded(amount, step));
  const text = amount.toFixed(decimals);
  return Number(text) === 0 && amount > 0 ? `<${decimals === 0 ? "1" : `0.${"0".repeat(decimals - 1)}1`}` : text;
}
