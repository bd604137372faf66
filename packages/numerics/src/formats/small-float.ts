/** A binary floating-point format: a sign, an exponent and a fraction. */
export interface SmallFloat {
  /** Bits of the fraction. */
  readonly fraction: number;
  /** Exponent of the smallest normal number; below it the step size stays constant. */
  readonly leastExponent: number;
  /** The largest finite number. */
  readonly most: number;
  /** Whether larger numbers become infinite; else they become the largest. */
  readonly hasInfinity: boolean;
}

/** A number whose half steps are lost when it is added: 1.5 · 2⁵². */
const ROUNDS = 6_755_399_441_055_744;

/** The number of `format` nearest to `x`, of two equally near ones the even one. */
export function rounded(x: number, { fraction, leastExponent, most, hasInfinity }: SmallFloat): number {
  if (x === 0 || Number.isNaN(x)) return x;
  const step = powerOfTwo(Math.max(exponentOf(x), leastExponent) - fraction);
  const near = Math.abs(x) === Number.POSITIVE_INFINITY ? x : nearestWhole(x / step) * step;
  if (near === 0) return x < 0 ? -0 : 0;
  if (Math.abs(near) <= most) return near;
  const sign = x < 0 ? -1 : 1;
  return sign * (hasInfinity ? Number.POSITIVE_INFINITY : most);
}

/** The nearest whole number, of two equally near ones the even one; |x| is less than 2⁵¹. */
export function nearestWhole(x: number): number {
  return x + ROUNDS - ROUNDS;
}

const LEAST_POWER = -1022;
/** Powers of two from the least normal double on. */
const POWERS = powers();

function powers(): Float64Array {
  const all = new Float64Array(2046);
  all[-LEAST_POWER] = 1;
  for (let n = 1 - LEAST_POWER; n < all.length; n++) all[n] = all[n - 1]! * 2;
  for (let n = -1 - LEAST_POWER; n >= 0; n--) all[n] = all[n + 1]! / 2;
  return all;
}

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
double[0] = 1;
/** The word of a double that has its exponent. */
const HIGH = words[1] === 0 ? 0 : 1;

/** ⌊log₂ |x|⌋ of a normal double. */
export function exponentOf(x: number): number {
  double[0] = x;
  return ((words[HIGH]! >>> 20) & 0x7ff) - 1023;
}

/** 2ⁿ, exactly; n from −1022 to 1023. */
export function powerOfTwo(n: number): number {
  return POWERS[n - LEAST_POWER]!;
}

/** Source: IEEE 754-2019, 3.6. */
export const FP16: SmallFloat = { fraction: 10, leastExponent: -14, most: 65504, hasInfinity: true };
export const FP32: SmallFloat = { fraction: 23, leastExponent: -126, most: (2 - powerOfTwo(-23)) * powerOfTwo(127), hasInfinity: true };
/** The upper half of an fp32. */
export const BF16: SmallFloat = { fraction: 7, leastExponent: -126, most: (2 - powerOfTwo(-7)) * powerOfTwo(127), hasInfinity: true };
/** Source: OCP 8-bit Floating Point Specification 1.0, E4M3; engines convert with saturation. */
export const E4M3: SmallFloat = { fraction: 3, leastExponent: -6, most: 448, hasInfinity: false };
/** Source: OCP Microscaling Formats 1.0, 5.3.3. */
export const E2M1: SmallFloat = { fraction: 1, leastExponent: 0, most: 6, hasInfinity: false };

/** The distance of two neighbours of `format` at `x`. */
export function stepAt(x: number, { fraction, leastExponent }: SmallFloat): number {
  return powerOfTwo(Math.max(x === 0 ? leastExponent : exponentOf(x), leastExponent) - fraction);
}

/** Half a step over the number, at most: by how much rounding moves a normal one. */
export function roundingOf({ fraction }: SmallFloat): number {
  return powerOfTwo(-fraction - 1);
}
