import type { Failure } from "./failure.ts";
import type { LongOutage } from "./struck-replica.ts";

/** A consequence of a failure, at an instant of its own. */
export type CourseEvent =
  | { readonly kind: "ended"; readonly outage: LongOutage }
  | { readonly kind: "quick"; readonly replica: number; readonly failure: Failure }
  | { readonly kind: "detected"; readonly outage: LongOutage }
  | { readonly kind: "settled"; readonly outage: LongOutage }
  | { readonly kind: "rejoined"; readonly replica: number }
  | { readonly kind: "recovered"; readonly replica: number };

/** Order of events at one instant, as in the timeline of a run: what strikes comes after what ends. */
export const ORDER = { ended: 0, detected: 4, settled: 5, rejoined: 6, recovered: 7 } as const;
