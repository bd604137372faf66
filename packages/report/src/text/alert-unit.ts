import { watchedOf } from "@tokenyard/scenario";

/** Unit of a watched metric; empty for a plain number. */
export function alertUnitOf(metric: string): string {
  return watchedOf(metric)?.unit ?? "";
}
