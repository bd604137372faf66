/** Of the logarithms of a rank's experts' sizes, and of their load, over which two kernels come to differ. */
interface Reach {
  readonly inFeatures: number;
  readonly outFeatures: number;
  readonly experts: number;
  readonly line: number;
  readonly along: number;
  readonly handed: number;
  readonly spread: number;
}

/** Within kernels of nearly the same matrices. */
const NEAR: Reach = { inFeatures: 0.35, outFeatures: 0.35, experts: 1.4, line: 0.7, along: 4, handed: 5, spread: 5.5 };
/** Among kernels of one model, whatever part of an expert a rank has. */
const FAR: Reach = { inFeatures: 1.1, outFeatures: 12, experts: 2.5, line: 1.9, along: 1.5, handed: 1.6, spread: 5.5 };
/** What the far one counts beside the near one. */
const FAR_SHARE = 0.5;

/** Squared distances by the near reach and by the far one. */
export interface Apart {
  near: number;
  far: number;
}

/** Sets `out` to what logarithms of sizes add, which are so far apart. */
export function sizesApart(inFeatures: number, outFeatures: number, experts: number, out: Apart): Apart {
  out.near = squared(inFeatures / NEAR.inFeatures) + squared(outFeatures / NEAR.outFeatures) + squared(experts / NEAR.experts);
  out.far = squared(inFeatures / FAR.inFeatures) + squared(outFeatures / FAR.outFeatures) + squared(experts / FAR.experts);
  return out;
}

/**
 * How much the ratios of two kernels of experts vary together whose sizes are so far apart, and whose loads differ by so much: 1/(1 + d) by either reach. That
 * is positive definite in any number of coordinates, and has a tip at 0, so that what it makes of points has no waves between them. Source: docs/models.md#profile-tables.
 */
export function covariance(near: number, far: number, line: number, along: number, handed: number, spread: number): number {
  const a = line * line;
  const b = along * along;
  const c = handed * handed;
  const d = spread * spread;
  const nearly = 1 + Math.sqrt(near + a * NEAR_LINE + b * NEAR_ALONG + c * NEAR_HANDED + d * NEAR_SPREAD);
  const farther = 1 + Math.sqrt(far + a * FAR_LINE + b * FAR_ALONG + c * FAR_HANDED + d * FAR_SPREAD);
  return (farther + FAR_SHARE * nearly) / (nearly * farther);
}

const NEAR_LINE = 1 / squared(NEAR.line);
const NEAR_ALONG = 1 / squared(NEAR.along);
const NEAR_HANDED = 1 / squared(NEAR.handed);
const NEAR_SPREAD = 1 / squared(NEAR.spread);
const FAR_LINE = 1 / squared(FAR.line);
const FAR_ALONG = 1 / squared(FAR.along);
const FAR_HANDED = 1 / squared(FAR.handed);
const FAR_SPREAD = 1 / squared(FAR.spread);

function squared(x: number): number {
  return x * x;
}
