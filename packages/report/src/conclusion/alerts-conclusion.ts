import { counted, grouped, watchedOf } from "@tokenyard/scenario";
import { boundOf, boundsBetween } from "../text/alert-bound.ts";
import { brief, measured } from "../text/quantity.ts";
import { listed, type StudyConclusion } from "./study-conclusion.ts";

/** Quality of a rule: whether it separates a run with faults from one without. */
export interface ConcludedRule {
  readonly name: string;
  readonly metric: string;
  readonly side: "above" | "below";
  readonly bound: number;
  /** Seconds that it must hold before it fires; 0: at once. */
  readonly forSeconds: number;
  /** Alerts that fired. */
  readonly withFaults: number;
  /** Null where the scenario has no faults. */
  readonly without: number | null;
  readonly verdict: "rightly" | "wrongly" | "never" | "fires";
  /** With any bound from the one to, and without, the other it fires with the faults only; null where no bound does. Of `below` the first is the larger. */
  readonly separates: { readonly from: number | null; readonly to: number } | null;
}

/** Whether alerts detect the faults and nothing else, and a correction of the first that does not. */
export function alertsConclusion(rules: readonly ConcludedRule[]): StudyConclusion {
  const count = (verdict: ConcludedRule["verdict"]) => rules.filter((rule) => rule.verdict === verdict).length;
  if (rules.every(({ without }) => without === null)) {
    const fires = count("fires");
    const which = fires === 0 ? "none" : fires === rules.length ? "each" : grouped(fires);
    return {
      verdict: "no-targets",
      sentences: [
        `The scenario has no faults: of ${counted(rules.length, "alert rule")} ${which} ${fires > 1 && fires < rules.length ? "fire" : "fires"} in health.`,
      ],
    };
  }
  const wrong = rules.find(({ verdict }) => verdict === "wrongly") ?? rules.find(({ verdict }) => verdict === "never");
  if (wrong === undefined)
    return {
      verdict: "met",
      sentences: [
        `Met: ${rules.length === 1 ? "the alert rule detects" : `all ${grouped(rules.length)} alert rules detect`} the faults, and nothing else.`,
      ],
    };
  const [wrongly, never] = [count("wrongly"), count("never")];
  const faulty = [
    ...(wrongly === 0 ? [] : [`${grouped(wrongly)} also ${wrongly === 1 ? "fires" : "fire"} without the faults`]),
    ...(never === 0 ? [] : [`${grouped(never)} never ${never === 1 ? "fires" : "fire"}`]),
  ];
  return {
    verdict: "missed",
    sentences: [
      `Missed: ${grouped(count("rightly"))} of ${counted(rules.length, "alert rule")} detect${rules.length === 1 || count("rightly") === 1 ? "s" : ""} the faults and nothing else; ${listed(faulty)}.`,
      ruleSentence(wrong),
    ],
  };
}

function ruleSentence(rule: ConcludedRule): string {
  const { name, metric, side, bound, forSeconds, verdict, without } = rule;
  const unit = watchedOf(metric)?.unit ?? "";
  const held = forSeconds === 0 ? "" : ` for ${brief(measured(forSeconds, "s"))}`;
  const fires = verdict === "wrongly" ? `fires ${counted(without ?? 0, "time")} in health` : "never fires";
  const bounds = separatesText(rule);
  const mend = bounds === "none" ? "no bound would detect only the faults" : `a bound ${bounds} would detect only the faults`;
  return `“${name}” (${metric} ${side} ${brief(measured(bound, unit))}${held}) ${fires}; ${mend}.`;
}

/** Bounds that detect only the faults, without the ends at which a rule does not fire; `none` where there are none. */
export function separatesText({ separates, side, metric }: Pick<ConcludedRule, "separates" | "side" | "metric">): string {
  if (separates === null) return "none";
  const { from, to } = separates;
  const isAbove = side === "above";
  if (from === null) return isAbove ? `any under ${boundOf(to, metric, "down")}` : `any over ${boundOf(to, metric, "up")}`;
  const [first, last] = boundsBetween(from, to, metric);
  return `from ${first} ${isAbove ? "up, under" : "down, over"} ${last}`;
}
