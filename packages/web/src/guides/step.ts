import type { Report } from "@tokenyard/report";
import type { View } from "../app/session.ts";
import type { Facts } from "./facts.ts";
import type { GuideName } from "./guide-titles.ts";

/** A sentence with numbers of a report in it: the words between them, and the numbers as texts. */
export interface Sentence {
  readonly words: readonly string[];
  readonly numbers: readonly string[];
}

/** A sentence; every number in it comes from a report, and is as the page shows it. */
export function said(words: TemplateStringsArray, ...numbers: readonly string[]): Sentence {
  return { words: [...words], numbers };
}

export function textOf({ words, numbers }: Sentence): string {
  return words.map((each, at) => `${each}${numbers[at] ?? ""}`).join("");
}

/** A step of a guided plan: what the page shows, and a sentence on it. */
export interface Step {
  /** Scenario of the gallery, by its path without `.yaml` or `/scenario.yaml`. */
  readonly open: string;
  readonly view: View;
  /** The time that the timeline shows. */
  readonly stretch?: { readonly fromNs: number; readonly toNs: number };
  readonly says: (facts: Facts) => Sentence;
  /** What the words of the sentence claim beside its numbers. */
  readonly holds: (report: Report) => boolean;
}

export interface Guide {
  readonly name: GuideName;
  readonly steps: readonly Step[];
}

/** Whether the target of that name is met. */
export function isMet(report: Report, name: string): boolean {
  return report.targets.find((each) => each.name === name)?.met === true;
}
