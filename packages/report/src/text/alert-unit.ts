import { watchedOf } from "@tokenyard/scenario";

/** What a watched metric is counted in; empty for a plain number. */
export function alertUnitOf(metric: string): string {
  return watchedOf(metric)?.unit ?? "";
}
