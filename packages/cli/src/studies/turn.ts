import { type Case, shortPaths } from "@tokenyard/study";

/**
 * Value of the one varied number from which, or up to which, the targets are met: `targets are met from spareSlots 16 on, and not at 12`.
 * Undefined if something else was varied, or if they are met in turns, always or never.
 */
export function turnText(ran: readonly Case[]): string | undefined {
  const paths = [...new Set(ran.flatMap(({ parameters }) => Object.keys(parameters)))];
  if (paths.length !== 1) return undefined;
  const path = paths[0]!;
  const points = ran
    .map(({ parameters, met, undecided }) => ({ value: Number(parameters[path]), met: met === true, undecided }))
    .sort((a, b) => a.value - b.value);
  if (points.some(({ value }) => !Number.isFinite(value))) return undefined;
  const turns = points.flatMap(({ met }, i) => (i > 0 && met !== points[i - 1]!.met ? [i] : []));
  if (turns.length !== 1) return undefined;
  const [before, after] = [points[turns[0]! - 1]!.value, points[turns[0]!]!.value];
  const not = (points[0]!.met ? points[turns[0]!]! : points[turns[0]! - 1]!).undecided ? "not surely" : "not";
  const name = shortPaths([path])[0]!;
  return points[0]!.met
    ? `targets are met up to ${name} ${before}, and ${not} at ${after}`
    : `targets are met from ${name} ${after} on, and ${not} at ${before}`;
}
