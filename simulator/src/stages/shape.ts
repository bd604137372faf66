import type { ExpertPlacement } from "@tokenyard/placement";
import type { Slowdown } from "./slowdown.ts";

/** What of a stage is not as ever, for some time. */
export interface Shape {
  /** The same of two in which passes take, and leave, the same. */
  readonly key: string;
  /** [ranks] 1: the others go on without it; undefined: all are there. */
  readonly gone: Uint8Array | undefined;
  /** Whether the experts of all its layers lie alike; undefined: where they lie as ever. */
  readonly isAlike: boolean | undefined;
  readonly slowdown: Slowdown | undefined;
}

/** Of a stage that goes on without the ranks `gone`, its experts of `layers` as `placement` says, and with `slowdown`; undefined: it is whole, and as quick as ever. */
export function shapeOf(
  gone: Uint8Array | undefined,
  placement: ExpertPlacement | undefined,
  layers: readonly number[],
  slowdownOfAny: Slowdown | undefined,
): Shape | undefined {
  const isSlow = slowdownOfAny?.some((factors) => factors.some((factor) => factor !== 1)); // else ranks of another stage are
  const slowdown = isSlow === true ? slowdownOfAny : undefined;
  if (gone === undefined && slowdown === undefined) return undefined;
  const slots = placement === undefined ? [] : layers.map((layer) => placement.slots(layer));
  const isAlike = placement && slots.every((each) => each === slots[0]);
  const lie = (isAlike === true ? slots.slice(0, 1) : slots).flatMap(({ offsets, expertIn }) => [offsets, expertIn]);
  const key = [gone, ...lie, ...(slowdown ?? [])].map((column) => column?.join() ?? "").join(";");
  return { key, gone, isAlike, slowdown };
}
