import type { ModelSpec, RoutingSpec } from "@tokenyard/scenario";

/**
 * Copies that an expert accepts in one micro-batch from sources that share its room, with `tokens` tokens: max(minCapacity, factor · tokens
 * · topK / experts), rounded as the scenario states. The factor counts as the decimal that was written: 1.1 × 50 is 55, though the nearest
 * double times 50 is more. `given`: a factor other than the scenario's. Infinity when there is no factor, no overflow policy, or no expert.
 * Source: docs/models/capacity.md#capacity.
 */
export function expertCapacity(tokens: number, model: ModelSpec, routing: RoutingSpec, given = routing.capacityFactor): number {
  const { experts } = model;
  if (given === undefined || routing.overflow.kind === "none" || experts === undefined) return Number.POSITIVE_INFINITY;
  const { topK, count } = experts;
  const factor = factorOf(given);
  const rounding = routing.capacityRounding;
  switch (rounding?.kind) {
    case "down":
      return Math.max(routing.minCapacity, scaled(factor, tokens * topK, count, "down"));
    case "aligned": {
      const share = topK * scaled(factor, Math.ceil(tokens / count), 1, "down"); // Tutel's order of rounding
      return Math.max(routing.minCapacity, Math.ceil(share / rounding.multiple) * rounding.multiple);
    }
    default:
      return Math.max(routing.minCapacity, scaled(factor, tokens * topK, count, "up"));
  }
}

/** Largest number of copies that an expert accepts of `tokens` tokens, however they are spread over `sources` sources. */
export function mostTaken(tokens: number, sources: number, model: ModelSpec, routing: RoutingSpec): number {
  const factor = routing.capacityControl?.to ?? routing.capacityFactor;
  if (routing.capacityPer !== "source-rank" || model.experts === undefined) return expertCapacity(tokens, model, routing, factor);
  const spread = Math.min(sources, tokens); // each source that has tokens rounds for itself
  const { topK } = model.experts;
  const rounding = routing.capacityRounding?.kind === "aligned" ? routing.capacityRounding.multiple + topK * (1 + (factor ?? 0)) : 1;
  return expertCapacity(tokens, model, routing, factor) + spread * (rounding + routing.minCapacity);
}

/** Least number of rows of an expert that had no room for a copy, given at least `tokens` tokens from `sources` sources; 0 if unknown. */
export function leastFull(tokens: number, sources: number, model: ModelSpec, routing: RoutingSpec): number {
  const isKnown = routing.overflow.kind !== "dropout" && (routing.capacityPer !== "source-rank" || sources === 1);
  return isKnown ? expertCapacity(tokens, model, routing) : 0;
}

/** A decimal as it is written: digits / 10^places, both also as numbers where those are exact. */
interface Decimal {
  readonly digits: bigint;
  readonly power: bigint; // 10^places
  readonly digitsNumber: number;
  readonly powerNumber: number;
}

const factors = new Map<number, Decimal>(); // a scenario has one, or some that a controller goes through

function factorOf(factor: number): Decimal {
  let decimal = factors.get(factor);
  if (decimal === undefined) {
    decimal = decimalOf(factor);
    if (factors.size >= MOST_FACTORS) factors.clear();
    factors.set(factor, decimal);
  }
  return decimal;
}

const MOST_FACTORS = 1000;

/** Reads a positive number as it prints: `1.25`, `55`, `1e-7`. */
function decimalOf(value: number): Decimal {
  const [mantissa = "", exponent = "0"] = String(value).split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  const places = fraction.length - Number(exponent);
  const digits = BigInt(whole + fraction + "0".repeat(Math.max(0, -places)));
  const power = BigInt(`1${"0".repeat(Math.max(0, places))}`);
  return { digits, power, digitsNumber: Number(digits), powerNumber: Number(power) };
}

/** factor · count / parts, exactly and then rounded; in plain numbers as long as they are safe. */
function scaled(factor: Decimal, count: number, parts: number, rounding: "up" | "down"): number {
  const dividend = factor.digitsNumber * count;
  const divisor = factor.powerNumber * parts;
  if (dividend <= Number.MAX_SAFE_INTEGER && divisor <= Number.MAX_SAFE_INTEGER) {
    const rest = dividend % divisor;
    return (dividend - rest) / divisor + (rest > 0 && rounding === "up" ? 1 : 0);
  }
  const exactDividend = factor.digits * BigInt(count);
  const exactDivisor = factor.power * BigInt(parts);
  return Number((exactDividend + (rounding === "up" ? exactDivisor - 1n : 0n)) / exactDivisor);
}
