/*
 * Logarithms, exponentials and powers from + − × ÷ alone. Engines agree on those to the last bit, but not on their own Math.log,
 * exp and pow; here equal arguments give equal bits everywhere. Errors stay near 1 ulp (expm1: 3 ulp).
 */

const LN2_HIGH = 0.6931471803691238; // 32 significant bits, so that k·LN2_HIGH is exact for every exponent k
const LN2_LOW = 1.9082149292705877e-10; // ln 2 − LN2_HIGH
const THIRD_LOW = 1.850371707708594e-17; // ⅓ less its nearest number
const SQRT2_MANTISSA = 0x6a09e; // upper 20 bits of the mantissa of √2
const TWO_TO_54 = 18_014_398_509_481_984;

const bits = new DataView(new ArrayBuffer(8));
const POWERS = powersOfTwo();

/** Natural logarithm. −Infinity at 0, NaN below. */
export function ln(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  const k = splitExponent(x);
  const f = mantissa - 1;
  // ln(1 + f) = 2·artanh(s) = f − (f²/2 − s·(f²/2 + ⅔s² + …)): all that is rounded is small beside f
  const s = f / (2 + f);
  const z = s * s;
  const halfSquare = 0.5 * f * f;
  return k * LN2_HIGH - (halfSquare - (s * (halfSquare + z * (2 / 3 + z * artanhTail(z))) + k * LN2_LOW) - f);
}

/** ln(1 + x) that keeps the digits of a small x. −Infinity at −1, NaN below. */
export function log1p(x: number): number {
  const u = 1 + x;
  if (u === 1) return x;
  if (!(u > 0) || u === Number.POSITIVE_INFINITY) return ln(u);
  return ln(u) + (x - (u - 1)) / u; // the rounding error of 1 + x, to first order
}

/** e to the power of x. Infinity above 709.78…, 0 below −745.13…. */
export function exp(x: number): number {
  return expOfSum(x, 0);
}

/** exp(x + rest) for a rest below the last digit of x. */
function expOfSum(x: number, rest: number): number {
  if (!(x < 710)) return x >= 710 ? Number.POSITIVE_INFINITY : Number.NaN;
  if (x < -746) return 0;
  const k = Math.round(x / (LN2_HIGH + LN2_LOW));
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW - rest;
  const r = high - low; // |r| ≤ ½·ln 2
  // e^r = 1 + 2r/(r·coth(r/2) − r), and r·coth(r/2) = 2 + Σ 2·B₂ₙ·r²ⁿ/(2n)! with Bernoulli's numbers
  const z = r * r;
  const c = r - z * (1 / 6 + z * (-1 / 360 + z * (1 / 15_120 + z * (-1 / 604_800 + z * (1 / 23_950_080 + z * (-691 / 653_837_184_000))))));
  return timesPowerOfTwo(1 - (low - (r * c) / (2 - c) - high), k);
}

/** e^x − 1 that keeps the digits of a small x: Kahan's way, where the error of the exponential cancels against its logarithm. */
export function expm1(x: number): number {
  const u = exp(x);
  if (u === 1) return x;
  return Math.abs(x) < 1 ? (u - 1) * (x / ln(u)) : u - 1;
}

/** x to the power of y, with ECMAScript's special cases: pow(NaN, 0) is 1, pow(±1, ±Infinity) is NaN. */
export function pow(x: number, y: number): number {
  if (y === 0) return 1;
  if (y === 1) return x;
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  const size = Math.abs(x);
  const whole = Math.floor(y) === y; // ±Infinity, too
  if (size === 1 && Math.abs(y) === Number.POSITIVE_INFINITY) return Number.NaN;
  if (x < 0 && !whole && size !== Number.POSITIVE_INFINITY) return Number.NaN;
  const odd = whole && Math.abs(y) < TWO_TO_54 && 2 * Math.floor(y / 2) !== y;
  return odd && (x < 0 || Object.is(x, -0)) ? -powOfPositive(size, y) : powOfPositive(size, y);
}

/** exp(y·ln x), x ≥ 0, with ln x and the product each held as a sum of two numbers. */
function powOfPositive(x: number, y: number): number {
  if (x === 1) return 1;
  // |ln x| ≥ 2⁻⁵³, so that so large a y leaves the range of numbers
  if (x === 0 || x === Number.POSITIVE_INFINITY || Math.abs(y) > TWO_TO_54 * 4096) return x > 1 === y > 0 ? Number.POSITIVE_INFINITY : 0;
  const k = splitExponent(x);
  const m = mantissa;
  // s = (m − 1)/(m + 1), then ln m = 2s·(1 + z/3 + tail) with z = s²
  const d = m + 1;
  const s = (m - 1) / d;
  const sd = s * d;
  const sLow = (m - 1 - sd - productError(s, d, sd) - s * (m - (d - 1))) / d;
  const z = s * s;
  const zLow = productError(s, s, z) + 2 * s * sLow;
  const third = z * (1 / 3);
  const thirdLow = productError(z, 1 / 3, third) + z * THIRD_LOW + zLow * (1 / 3) + 0.5 * z * z * artanhTail(z);
  const cube = 2 * s * third;
  const cubeLow = productError(2 * s, third, cube) + 2 * s * thirdLow + 2 * sLow * third;
  const head = 2 * s + cube;
  const tail = 2 * s - head + cube + cubeLow + 2 * sLow + k * LN2_LOW;
  const sum = k * LN2_HIGH + head;
  const rest = k * LN2_HIGH - sum + head + tail;
  const high = sum + rest;
  const low = sum - high + rest; // ln x = high + low
  const product = y * high;
  return expOfSum(product, productError(y, high, product) + y * low);
}

/** Σ 2·z^(n−2)/(2n+1) from n = 2: the remainder of 2·artanh(s)/s = 2 + ⅔z + z²·(…) for z = s² ≤ (3 − 2√2)². */
function artanhTail(z: number): number {
  const w = z * z;
  return (
    2 / 5 +
    z * (2 / 7) +
    w * (2 / 9 + z * (2 / 11) + w * (2 / 13 + z * (2 / 15) + w * (2 / 17 + z * (2 / 19) + w * (2 / 21 + z * (2 / 23)))))
  );
}

/** a·b − `product`, where `product` is a·b rounded (Dekker's product; the halves are of 24 and 29 bits). */
function productError(a: number, b: number, product: number): number {
  const aHigh = Math.fround(a);
  const bHigh = Math.fround(b);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  return aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow;
}

let mantissa = 1; // second result of splitExponent, beside the exponent: no object is needed for two results

/** x = mantissa·2^k with √½ ≤ mantissa < √2; returns k. For positive finite x. */
function splitExponent(x: number): number {
  bits.setFloat64(0, x);
  let high = bits.getInt32(0);
  let k = (high >> 20) - 1023;
  if (k === -1023) {
    bits.setFloat64(0, x * TWO_TO_54); // subnormal
    high = bits.getInt32(0);
    k = (high >> 20) - 1023 - 54;
  }
  const up = (high & 0xfffff) >= SQRT2_MANTISSA ? 1 : 0;
  if (k > -1022 && k < 1022) {
    mantissa = x * powerOfTwo(-k - up); // as exact as to write its bits, which are read again only when they are all there
    return k + up;
  }
  bits.setInt32(0, (high & 0xfffff) | ((1023 - up) << 20));
  mantissa = bits.getFloat64(0);
  return k + up;
}

/** x·2^k, rounded once, for x near 1 and −1077 ≤ k ≤ 1024. */
function timesPowerOfTwo(x: number, k: number): number {
  if (k === 1024) return x * 2 * powerOfTwo(1023);
  if (k < -1021) return x * powerOfTwo(k + 1000) * powerOfTwo(-1000);
  return x * powerOfTwo(k);
}

/** 2^k for −1022 ≤ k ≤ 1023. */
function powerOfTwo(k: number): number {
  return POWERS[k + 1022]!;
}

function powersOfTwo(): Float64Array {
  const powers = new Float64Array(2046);
  powers[1022] = 1;
  for (let k = 1; k <= 1023; k++) powers[1022 + k] = powers[1021 + k]! * 2;
  for (let k = 1; k <= 1022; k++) powers[1022 - k] = powers[1023 - k]! / 2;
  return powers;
}
