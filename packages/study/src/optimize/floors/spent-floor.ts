import type { ClusterSpec } from "@tokenyard/scenario";
import { noLess, type Range } from "./range.ts";

/** Tokens of all requests of a run. */
interface Tokens {
  readonly prompt: number;
  readonly output: number;
}

const SECONDS_PER_HOUR = 3600;
const JOULES_PER_KWH = 3.6e6;
/** Sums and products may err in their last digits. */
const EXACTNESS = 1 - 1e-9;

/**
 * Bound of a run's cost or energy at `path` of its report, when its GPUs take at least `gpuSeconds`: all of them at their price, and at
 * idle power. Undefined for other numbers, and if price, power or carbon is unknown. Source: docs/optimize.md#lower-bounds.
 */
export function leastSpent(path: string, { gpu, site }: ClusterSpec, gpuSeconds: number, { prompt, output }: Tokens): Range | undefined {
  const [section, key] = path.split(".");
  const over = tokensUnder(key, prompt, output);
  const each = section === "cost" ? dollars(key, gpu.cost) : section === "energy" ? energy(key, gpu.power?.idle, site) : undefined;
  return each === undefined || over === undefined ? undefined : noLess(((each * gpuSeconds) / over) * EXACTNESS);
}

/** Dollars, or hours, of one second of a GPU. */
function dollars(key = "", cost: number | undefined): number | undefined {
  if (key === "gpuHours") return 1 / SECONDS_PER_HOUR;
  return key.startsWith("usd") && cost !== undefined ? cost / SECONDS_PER_HOUR : undefined;
}

/** Joules, or grams, of one second of an idle GPU. */
function energy(key = "", idle: number | undefined, site: ClusterSpec["site"]): number | undefined {
  if (idle === undefined) return undefined;
  const watts = idle * (site?.pue ?? 1);
  if (key.startsWith("joules")) return watts;
  return key.startsWith("grams") && site?.carbon !== undefined ? (watts / JOULES_PER_KWH) * site.carbon : undefined;
}

/** How many tokens, or millions of them, the number of that name is divided by. */
function tokensUnder(key = "", prompt: number, output: number): number | undefined {
  const tokens = /InputTokens?$/.test(key) ? prompt : /OutputTokens?$/.test(key) ? output : prompt + output;
  if (key.endsWith("Tokens")) return tokens / 1e6;
  return key.endsWith("Token") ? tokens : 1;
}
