import { counted, grouped, metricOf } from "@tokenyard/scenario";
import { modelErrorOf } from "../model-error/model-error.ts";
import type { Bottleneck, Conclusion } from "../schema/conclusion-schema.ts";
import type { Report } from "../schema/report.ts";
import { hasOutage } from "../summary/faults.ts";
import { Numbers } from "../text/numbers.ts";
import { brief, measured, percent } from "../text/quantity.ts";
import { seedsOver } from "../text/target-text.ts";
import { bottleneckOf, isBubbles, isTimed } from "./bottleneck.ts";
import { type DecidingTarget, decidingTarget } from "./deciding-target.ts";
import { frontEndSeconds } from "./front-end.ts";
import { metricWords } from "./metric-words.ts";

const NEVER = "longer than any bound";

/** A report that has no conclusion yet. */
export type Concluded = Omit<Report, "conclusion" | "modelError">;

/**
 * Conclusion of `report`: whether its targets are met, what decides that, and the rest of a latency or a bound on a rate. It recommends no
 * change: a single run cannot show its effect. docs/glossary.md
 */
export function conclusionOf(report: Concluded): Conclusion {
  const numbers = new Numbers(report);
  const deciding = decidingTarget(report, numbers);
  const bottleneck = bottleneckOf(numbers, deciding?.outcome.metric, report.levels === null);
  const sentences = [
    deciding === undefined ? bareSentence(report, numbers) : verdictSentence(report, deciding, numbers),
    ...struckSentence(report, deciding),
    ...(bottleneck === null
      ? []
      : bottleneckSentences(report, bottleneck, numbers, deciding === undefined || isTimed(deciding.outcome.metric))),
  ];
  const VERDICTS = { met: "met", missed: "missed", undecided: "not-enough-evidence" } as const;
  return {
    verdict: deciding === undefined ? "no-targets" : VERDICTS[deciding.standing],
    target: deciding?.outcome.name ?? null,
    bottleneck,
    sentences: sentences.slice(0, 3),
  };
}

/** Sentence for a report without targets. */
function bareSentence({ requests }: Concluded, numbers: Numbers): string {
  if (requests.decoding === undefined && requests.finished === 0)
    return `No targets are set, and none of ${counted(requests.arrived, "request")} finished.`;
  const steady = requests.decoding === undefined ? "" : "is ";
  const facts = [
    ...(requests.decoding === undefined ? [`the mean TTFT is ${wholeText("ttftSeconds.mean", "s", numbers)}`] : []),
    ...(numbers.value("tpotSeconds.mean") === null ? [] : [`the mean TPOT ${steady}${wholeText("tpotSeconds.mean", "s", numbers)}`]),
  ];
  return `No targets are set: ${facts.join(" and ")}, at ${wholeText("throughput.tokensPerMsPerGpu", "tokens/ms", numbers)} per GPU.`;
}

function verdictSentence(report: Concluded, { outcome, standing, met, undecided }: DecidingTarget, numbers: Numbers): string {
  const { targets, seeds } = report;
  const all = targets.length;
  const words = metricWords(outcome.name);
  const found = foundText(report, outcome, numbers);
  const wanted = wantedText(outcome);
  const by = seeds === undefined || seeds.count === 1 ? "one seed" : counted(seeds.count, "seed");
  const load = isOverloaded(report) && !hasOutage(report.faults) ? ", while requests arrive faster than they are served" : "";
  switch (standing) {
    case "met":
      return all === 1
        ? `Met (${by}): ${words} is ${found}, and ${wanted}${load}.`
        : `Met (${by}): all ${all} targets; the closest is ${words}, ${found}, and ${wanted}${load}.`;
    case "missed":
      return `Missed (${by}): ${words} is ${found}, but ${wanted}${everyText(report, outcome)}${load}${othersText(all, met, undecided)}.`;
    case "undecided": {
      const why = outcome.offered === true ? "no more load was offered" : `the interval of ${by} includes both`;
      return `Not enough evidence: ${words} is ${found}, and ${wanted}; ${why}${load}${othersText(all, met, undecided - 1, " more")}.`;
    }
  }
}

/** That a bound is for every seed, where the mean of several may lie below it. */
function everyText({ targets, seeds }: Concluded, outcome: Report["targets"][number]): string {
  const over = seedsOver(outcome, seeds, targets.indexOf(outcome));
  return over === 0 ? "" : ` in every seed, and ${grouped(over)} of ${grouped(seeds!.count)} ${over === 1 ? "exceeds" : "exceed"} it`;
}

function othersText(all: number, met: number, undecided: number, more = ""): string {
  if (all === 1) return "";
  const open = undecided === 0 ? "" : `, ${grouped(undecided)}${more} not decided`;
  return `; ${grouped(met)} of ${counted(all, "target")} met${open}`;
}

/** The number that decides, with its interval; `longer than any bound` where requests are never answered. */
function foundText({ requests, ttftSeconds }: Concluded, { name, metric, never }: Report["targets"][number], numbers: Numbers): string {
  const value = numbers.value(metric);
  if (never !== true && value === null) return "without a value";
  if (never !== true && value !== Number.POSITIVE_INFINITY) return wholeText(metric, metricOf(name)?.unit ?? "", numbers);
  const unanswered = ttftSeconds?.unanswered;
  const why = unanswered === undefined ? "" : ` (${grouped(unanswered)} of ${grouped(requests.arrived)} requests are never answered)`;
  return `${NEVER}${why}`;
}

function wantedText({ name, target }: Report["targets"][number]): string {
  const { unit = "", better = "less" } = metricOf(name) ?? {};
  return `at ${better === "less" ? "most" : "least"} ${brief(measured(target, unit))} is wanted`;
}

function isOverloaded({ warnings, seeds }: Concluded): boolean {
  return (seeds?.warnings ?? warnings).some(({ code }) => code === "overload");
}

/** The fault with the longest outage, where requests are never answered: no latency of the answered ones explains those. */
function struckSentence({ faults, requests }: Concluded, deciding: DecidingTarget | undefined): string[] {
  if (faults === undefined || deciding?.outcome.never !== true || requests.failed === 0) return [];
  const lost = `${counted(requests.failed, "request")} failed`;
  const endless = faults.events.find((each) => each.endless === true);
  if (endless !== undefined) return [`The outage of ${endless.kind} at ${brief(measured(endless.atSeconds, "s"))} does not end; ${lost}.`];
  const struck = faults.events.filter(({ outageSeconds }) => (outageSeconds ?? 0) > 0);
  if (struck.length === 0) return [];
  const worst = struck.reduce((most, each) => (each.outageSeconds! > most.outageSeconds! ? each : most));
  const { kind, atSeconds, outageSeconds } = worst;
  const outage = brief(measured(outageSeconds, "s"));
  return [`The longest outage is that of ${kind} at ${brief(measured(atSeconds, "s"))}: ${outage}; ${lost}.`];
}

/** `explains`: whether the target that decides is about time. */
function bottleneckSentences(
  report: Concluded,
  { part, of, share, rest, atBest }: Bottleneck,
  numbers: Numbers,
  explains: boolean,
): string[] {
  const opening = explains ? "The bottleneck is" : "Most time goes to";
  if (isBubbles({ part })) {
    return [
      `${opening} bubbles: compute lanes are idle for ${percent(share)} of the time between a stage's first and last op.`,
      `Without them, throughput per GPU would be at most ${brief(measured(atBest, "tokens/ms"))}.`,
    ];
  }
  const whose = report.ttftSeconds?.unanswered === undefined ? "" : " of the answered requests";
  const mean = of.startsWith("ttft") ? "mean TTFT" : "mean TPOT";
  const seconds = measured(numbers.value(part), "s", numbers.step(part));
  return [
    `${opening} ${partWords(part.slice(part.lastIndexOf(".") + 1))}: ${seconds}, ${percent(share)} of the ${mean}${whose}${beforeText(report, part, numbers)}.`,
    `The rest of this run's ${mean} is ${measured(rest, "s")}.`,
  ];
}

/** That most of a queue is time before the scheduler, in which no request waits for another. */
function beforeText(report: Concluded, part: string, numbers: Numbers): string {
  const before = part.endsWith(".queue") ? frontEndSeconds(report) : 0;
  return before > 0 && before >= (numbers.value(part) ?? 0) / 2
    ? `; ${brief(measured(before, "s"))} of it are spent before the scheduler`
    : "";
}

const PART_WORDS: Readonly<Record<string, string>> = {
  queue: "the queue",
  waiting: "waiting at barriers",
  dense: "the dense layers",
  gate: "the gate",
  head: "the output head",
};

/** A part of a critical path in a sentence. */
export function partWords(key: string): string {
  return PART_WORDS[key] ?? key;
}

function wholeText(path: string, unit: string, numbers: Numbers): string {
  if (numbers.value(path) === Number.POSITIVE_INFINITY) return NEVER;
  return brief(numbers.whole(path, unit));
}

/** Opening of every form of a report. */
type Opening = Pick<Report, "conclusion" | "modelError">;

/** `report` with its conclusion and its error, in place of earlier ones, right after its seeds. */
export function withConclusion<R extends Concluded>(report: R): R & Opening {
  const { tokenyard, version, scenario, seed, seeds, conclusion: _, modelError: __, ...rest } = report as R & Partial<Opening>;
  const opening = { tokenyard, version, scenario, seed, ...(seeds === undefined ? {} : { seeds }) };
  const { modelError, targets } = modelErrorOf(report);
  return { ...opening, conclusion: conclusionOf({ ...report, targets }), modelError, ...rest, targets } as unknown as R & Opening;
}
