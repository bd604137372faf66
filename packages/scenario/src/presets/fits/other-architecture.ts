import type { Fit } from "../../schema/machines/fit.ts";
import type { Precision } from "../../schema/precision.ts";

type Entry = Readonly<Record<string, unknown>>;

/** Parts of a datasheet that decide which coefficients another architecture can borrow, and how. */
export interface Chip {
  /** Bytes a second. */
  readonly bandwidth: number;
  readonly multiprocessors: number;
  /** A key for each format that it multiplies in. */
  readonly compute: object;
}

/** `h100-sxm`, whose fits those presets take. */
export const H100: Chip = { bandwidth: 3.35e12, multiprocessors: 132, compute: { fp32: 0, fp16: 0, bf16: 0, fp8: 0, int8: 0 } };

/** Coefficients of times in which a multiprocessor waits for its first bytes: a tile being filled, or an item of attention of any size. */
const WAITS: ReadonlySet<string> = new Set(["tile", "item", "head"]);

/** How many times as long a coefficient is on `borrower` as on `lender`: waits as its multiprocessors have less of the memory's bandwidth each. Source: docs/models/kernels.md#other-architectures. */
export function waitTimes(name: string, lender: Chip, borrower: Chip): number {
  if (!WAITS.has(name)) return 1;
  return lender.bandwidth / lender.multiprocessors / (borrower.bandwidth / borrower.multiprocessors);
}

/**
 * Whether coefficients of a format may stand in for another architecture's kernels. Not those of decoding from a narrow cache, which only
 * reads fewer bytes; nor those of weights that the lender's kernels unpack and the borrower multiplies directly. Those in 16 bits stand in.
 */
export function isLent(kind: Fit["kind"], precision: Precision, lender: Chip, borrower: Chip): boolean {
  if (kind === "decode") return precision === "bf16" || precision === "fp16";
  return precision in lender.compute || !(precision in borrower.compute);
}

/** Fits of a GPU's preset on one of another architecture. */
export function onOtherArchitecture(fits: readonly Entry[], lender: Chip, borrower: Chip): Entry[] {
  return fits
    .filter((fit) => isLent(fit["kind"] as Fit["kind"], fit["precision"] as Precision, lender, borrower))
    .map((fit) => {
      const values = Object.entries(fit).map(([name, value]) => [name, longer(value, waitTimes(name, lender, borrower))]);
      return Object.fromEntries(values);
    });
}

/** A quantity, times so much, to three figures. */
function longer(quantity: unknown, times: number): unknown {
  if (times === 1) return quantity;
  const [value, unit] = String(quantity).split(" ");
  return `${Number((Number(value) * times).toPrecision(3))} ${unit}`;
}
