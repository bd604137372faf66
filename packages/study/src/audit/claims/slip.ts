import type { Unit } from "@tokenyard/scenario";

const CLOSE = 0.005;
const ROUND = 0.02; // plans round their results, and no other slip is near a power of 1000
const RATES: readonly (Unit | "")[] = ["FLOPS", "B/s", "B", "tokens/s", "tokens/ms", "requests/s", "USD/h"];
const BINARY = ["kB and KiB", "MB and MiB", "GB and GiB", "TB and TiB"];

/**
 * The slip of units by which a claim `ratio` times the true value is most likely wrong, as a phrase; undefined when it looks like none.
 * Recognised are powers of 1000 (a prefix), 8 (bits and bytes), powers of 1.024 (GiB and GB), and the number of GPUs.
 */
export function slipOf(ratio: number, unit: Unit | "", gpus: number): string | undefined {
  if (!(ratio > 0 && Number.isFinite(ratio))) return undefined;
  const size = ratio > 1 ? ratio : 1 / ratio;
  for (let power = 1; power <= 5; power++) {
    if (isNear(size, Number(`1e${3 * power}`), ROUND)) return `a slip of 10^${3 * power}, as between a unit and its prefix`;
  }
  const isBytes = unit === "B" || unit === "B/s";
  const slips: string[] = [];
  if (isBytes && isNear(size, 8, CLOSE)) slips.push("a slip of 8, as between bits and bytes");
  if (gpus > 1 && RATES.includes(unit) && isNear(size, gpus, CLOSE))
    slips.push(`a slip of ${gpus}, as between one GPU and all ${gpus} of the cluster`);
  for (const [i, units] of BINARY.entries()) {
    const factor = [1.024, 1.048576, 1.073741824, 1.099511627776][i]!;
    if (isBytes && isNear(size, factor, CLOSE)) slips.push(`a slip of ${factor.toPrecision(4)}, as between ${units}`);
  }
  return slips.length === 0 ? undefined : slips.join(", or ");
}

function isNear(value: number, wanted: number, share: number): boolean {
  return Math.abs(value / wanted - 1) <= share;
}
