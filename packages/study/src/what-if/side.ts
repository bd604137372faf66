import { brief, measured, metricWords, Numbers, partWords, percent, type Report } from "@tokenyard/report";
import { metricOf } from "@tokenyard/scenario";

/** The answer of one report to one question: does it meet a target, and which part decides. */
export interface Side {
  /** Name of a target, or `bottleneck`. */
  readonly question: string;
  /** `met`, `missed` or `open`; for the bottleneck the path of its part. */
  readonly answer: string;
  /** The answer as it follows its subject: `misses 1.6 s`, `is dispatch`. */
  readonly words: string;
  /** The number behind it: `1.62 s`, `42 % of the mean TTFT`. */
  readonly found: string;
}

export const BOTTLENECK = "bottleneck";

/** The answers of `report`: a side for each target, then the bottleneck where there is one. */
export function sidesOf(report: Report): Side[] {
  const numbers = new Numbers(report);
  const targets = report.targets.map(({ name, metric, target, met, offered, never }): Side => {
    const { unit = "" } = metricOf(name) ?? {};
    const value = never === true ? "longer than any bound" : brief(measured(numbers.value(metric), unit));
    const answer = met ? "met" : offered === true ? "open" : "missed";
    const verb = { met: "meets", missed: "misses", open: "is not offered enough load for" }[answer];
    return { question: name, answer, words: `${verb} ${brief(measured(target, unit))}`, found: value };
  });
  const { bottleneck } = report.conclusion;
  if (bottleneck === null) return targets;
  const { part, of, share } = bottleneck;
  const key = part.slice(part.lastIndexOf(".") + 1);
  const whole = of.startsWith("ttft") ? "the mean TTFT" : of.startsWith("tpot") ? "the mean TPOT" : "the time between ops";
  const name = part === "bubbleShare" ? "bubbles" : partWords(key);
  return [...targets, { question: BOTTLENECK, answer: part, words: `is ${name}`, found: `${percent(share)} of ${whole}` }];
}

/** The subject of a side in a sentence. */
export function subjectOf(question: string): string {
  return question === BOTTLENECK ? "the bottleneck" : metricWords(question);
}
