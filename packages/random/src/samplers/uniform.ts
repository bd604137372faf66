import type { Stream } from "../stream.ts";

/** Even over [from, to). Where the two lie close together, rounding may give `to` itself. */
export function uniform(stream: Stream, from: number, to: number): number {
  return from + (to - from) * stream.next();
}
