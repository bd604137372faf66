import type { ParameterValue } from "../points/point.ts";
import { BOTTLENECK, type Side, subjectOf } from "./side.ts";
import { numberIn, type Slider, valueText, writtenIn } from "./slider.ts";
import type { TriedValue, WhatIf } from "./tried-value.ts";
import { questionsOf, sideAt, type Turn } from "./turn.ts";

/** The sentences on `found`: those of its turns first, then answers that do not turn, and values at which no plan can be. */
export function whatIfSentences({ slider, points, turns, isPart }: Omit<WhatIf, "sentences">): string[] {
  const questions = questionsOf(points.map(({ row }) => row));
  const sentences = questions.map((question) => {
    const own = turns.filter((turn) => turn.question === question);
    const answers = points.flatMap(({ value, row }): Answered[] => {
      const side = sideAt(row, question);
      return side === undefined ? [] : [{ value, side }];
    });
    if (slider.scale === undefined) return [wordsSentence(question, answers, slider)];
    if (own.length === 0) return [steadySentence(question, answers, slider)];
    return own.length === 1
      ? [turnSentence(own[0]!, slider, answers)]
      : [...own.map((turn) => turnSentence(turn, slider)), ...returningSentence(question, answers, slider)];
  });
  const turning = sentences.filter((_, at) => turns.some(({ question }) => question === questions[at]));
  const others = sentences.filter((each) => !turning.includes(each));
  return [...turning.flat(), ...others.flat(), ...impossibleSentence(points, slider), ...(isPart ? [stoppedSentence(points, slider)] : [])];
}

interface Answered {
  readonly value: ParameterValue;
  readonly side: Side;
}

function turnSentence({ question, low, high, before, after, hasGap }: Turn, slider: Slider, answers?: readonly Answered[]): string {
  const { unit } = slider.scale!;
  const at = (number: number) => valueText(slider, writtenIn(unit, number));
  const opening = `${capital(subjectOf(question))} ${sideText(before)} at ${at(low)}, and ${sideText(after)} at ${at(high)}`;
  const gap = hasGap ? "; no plan can be at the values tried between them" : "";
  if (answers === undefined) return `${opening}${gap}.`;
  const [under, over] = [
    answers.filter(({ value }) => numberIn(unit, value) <= low),
    answers.filter(({ value }) => numberIn(unit, value) >= high),
  ];
  const tail =
    question === BOTTLENECK
      ? ""
      : `. It ${before.words} at all ${countText(under.length)} tried up to there, and ${after.words} at all ${countText(over.length)} from there on`;
  return `${opening}${gap}${tail}.`;
}

/** Says so where an answer is left and comes back. */
function returningSentence(question: string, answers: readonly Answered[], slider: Slider): string[] {
  const runs = answers.map(({ side }) => side.answer).filter((answer, at, all) => answer !== all[at - 1]);
  if (new Set(runs).size === runs.length) return [];
  const ends = [answers[0]!, answers.at(-1)!].map(({ value }) => valueText(slider, value));
  const which = runs.length <= 6 && question !== BOTTLENECK ? `: ${runs.join(", ")}` : "";
  return [
    `The answer is not monotonic: from ${ends[0]} to ${ends[1]}, ${subjectOf(question)} turns ${runs.length - 1} times${which}; more turns may lie between the values tried.`,
  ];
}

function steadySentence(question: string, answers: readonly Answered[], slider: Slider): string {
  const [first, last] = [answers[0]!, answers.at(-1)!];
  const subject = capital(subjectOf(question));
  const at = ({ value, side }: Answered) => `${side.found} at ${valueText(slider, value)}`;
  if (answers.length === 1) return `${subject} ${sideText(first.side)} at ${valueText(slider, first.value)}.`;
  return `${subject} ${first.side.words} at all ${countText(answers.length)} tried: ${at(first)}, ${at(last)}.`;
}

function wordsSentence(question: string, answers: readonly Answered[], slider: Slider): string {
  return `${capital(subjectOf(question))} ${answers.map(({ value, side }) => `${sideText(side)} with ${valueText(slider, value)}`).join("; ")}.`;
}

function impossibleSentence(points: readonly TriedValue[], slider: Slider): string[] {
  const refused = points.flatMap(({ value, row }) => (row.status === "ok" ? [] : [{ value, reason: row.reason }]));
  const [first] = refused;
  if (first === undefined) return [];
  return [`No plan can be at ${refused.length} of ${countText(points.length)}; at ${valueText(slider, first.value)}: ${first.reason}.`];
}

function stoppedSentence(points: readonly TriedValue[], { values }: Slider): string {
  const there = points.filter(({ isGiven }) => isGiven).length;
  return there < values.length
    ? `Stopped after ${there} of ${countText(values.length)}; what had ended is shown.`
    : "Stopped before every turn was located; what had ended is shown.";
}

function sideText({ words, found }: Side): string {
  return `${words} (${found})`;
}

function countText(count: number): string {
  return `${count} ${count === 1 ? "value" : "values"}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
