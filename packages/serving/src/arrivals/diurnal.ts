import type { ArrivalsSpec } from "@tokenyard/scenario";
import type { RateSegment } from "./segmented-rate.ts";

/** The curve again and again from `begin` on, scaled to the mean `rate`; its levels are joined by straight lines, the last with the first. */
export function* diurnal(
  { curve, period, begin }: Extract<ArrivalsSpec, { kind: "diurnal" }>,
  rate: number,
): Generator<RateSegment, never> {
  const scale = (rate * curve.length) / curve.reduce((sum, level) => sum + level, 0); // straight lines have the mean of their ends
  const step = period / curve.length;
  const level = (i: number) => scale * curve[i % curve.length]!;
  const into = (begin % period) / step;
  const first = Math.min(Math.floor(into), curve.length - 1);
  const done = into - first;
  yield { seconds: (1 - done) * step, fromRate: level(first) + done * (level(first + 1) - level(first)), toRate: level(first + 1) };
  for (let i = first + 1; ; i = (i + 1) % curve.length) yield { seconds: step, fromRate: level(i), toRate: level(i + 1) };
}
