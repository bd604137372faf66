import type { ModelSpec, RoutingSpec } from "@tokenyard/scenario";

/**
 * Copies that an expert takes of a group's `tokens` in one micro-batch: max(minCapacity, ⌈factor · tokens · topK / experts⌉).
 * The factor counts as the decimal that was written: 1.1 × 50 is 55, though the nearest double times 50 is more.
 * Infinity when there is no factor, no overflow policy, or no expert. Source: docs/models.md#capacity.
 */
export function expertCapacity(tokens: number, model: ModelSpec, routing: RoutingSpec): number {
  const { experts } = model;
  if (routing.capacityFactor === undefined || routing.overflow.kind === "none" || experts === undefined) return Number.POSITIVE_INFINITY;
  const share = scaledUp(factorOf(routing, routing.capacityFactor), tokens * experts.topK, experts.count);
  return Math.max(routing.minCapacity, share);
}

/** A decimal as it is written: digits / 10^places, both also as numbers where those are exact. */
interface Decimal {
  readonly digits: bigint;
  readonly power: bigint; // 10^places
  readonly digitsNumber: number;
  readonly powerNumber: number;
}

const factors = new WeakMap<RoutingSpec, Decimal>(); // a scenario is frozen, so a factor is read once

function factorOf(routing: RoutingSpec, factor: number): Decimal {
  let decimal = factors.get(routing);
  if (decimal === undefined) {
    decimal = decimalOf(factor);
    factors.set(routing, decimal);
  }
  return decimal;
}

/** Reads a positive number as it prints: `1.25`, `55`, `1e-7`. */
function decimalOf(value: number): Decimal {
  const [mantissa = "", exponent = "0"] = String(value).split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  const places = fraction.length - Number(exponent);
  const digits = BigInt(whole + fraction + "0".repeat(Math.max(0, -places)));
  const power = BigInt(`1${"0".repeat(Math.max(0, places))}`);
  return { digits, power, digitsNumber: Number(digits), powerNumber: Number(power) };
}

/** ⌈factor · count / parts⌉, exactly; in plain numbers as long as they are safe. */
function scaledUp(factor: Decimal, count: number, parts: number): number {
  const dividend = factor.digitsNumber * count;
  const divisor = factor.powerNumber * parts;
  if (dividend <= Number.MAX_SAFE_INTEGER && divisor <= Number.MAX_SAFE_INTEGER) {
    const rest = dividend % divisor;
    return (dividend - rest) / divisor + (rest > 0 ? 1 : 0);
  }
  const exactDividend = factor.digits * BigInt(count);
  const exactDivisor = factor.power * BigInt(parts);
  return Number((exactDividend + exactDivisor - 1n) / exactDivisor);
}
