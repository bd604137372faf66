import type { Stream } from "../stream.ts";

/** Uniform number in [from, to). If the two are close together, rounding may return `to` itself. */
export function uniform(stream: Stream, from: number, to: number): number {
  return from + (to - from) * stream.next();
}
