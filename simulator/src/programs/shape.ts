import type { ExpertPlacement } from "@tokenyard/placement";

/** Factors on the durations of ops, by lane: [ranks of a stage], at least 1. */
export type Slowdown = readonly [Float64Array, Float64Array];

/** Slowdown of `ranks` ranks of which none is slow. */
export function fullSpeed(ranks: number): Slowdown {
  return [new Float64Array(ranks).fill(1), new Float64Array(ranks).fill(1)];
}

/** Multiplies `durationNs` [ranks] by `factors`, rounded to whole nanoseconds. */
export function slowDown(durationNs: Float64Array, factors: Float64Array): void {
  for (let r = 0; r < durationNs.length; r++) durationNs[r] = Math.round(durationNs[r]! * factors[r]!);
}

/** A temporary change of a stage. */
export interface Shape {
  /** Key that is equal for shapes in which passes take the same time and give the same results. */
  readonly key: string;
  /** [ranks] 1 for lost ranks, without which the others go on; undefined: none is lost. */
  readonly gone: Uint8Array | undefined;
  /** Whether the experts of all its layers have equal placements; undefined: the usual ones. */
  readonly isAlike: boolean | undefined;
  readonly slowdown: Slowdown | undefined;
}

/**
 * Shape of a stage without the ranks `gone`, its experts of `layers` placed by `placement`, and with `slowdown`; undefined if it is whole
 * and at full speed.
 */
export function shapeOf(
  gone: Uint8Array | undefined,
  placement: ExpertPlacement | undefined,
  layers: readonly number[],
  slowdownOfAny: Slowdown | undefined,
): Shape | undefined {
  const isSlow = slowdownOfAny?.some((factors) => factors.some((factor) => factor !== 1)); // if not, the slow ranks are on another stage
  const slowdown = isSlow === true ? slowdownOfAny : undefined;
  if (gone === undefined && slowdown === undefined) return undefined;
  const slots = placement === undefined ? [] : layers.map((layer) => placement.slots(layer));
  const isAlike = placement && slots.every((each) => each === slots[0]);
  const lie = (isAlike === true ? slots.slice(0, 1) : slots).flatMap(({ offsets, expertIn }) => [offsets, expertIn]);
  const key = [gone, ...lie, ...(slowdown ?? [])].map((column) => column?.join() ?? "").join(";");
  return { key, gone, isAlike, slowdown };
}
