import { brief, measured, metricWords } from "@tokenyard/report";
import { counted, metricOf } from "@tokenyard/scenario";
import type { Change } from "./change.ts";
import type { TriedChanges, Why } from "./tried-changes.ts";

/** The sentences on why two plans answer differently; each names only what was changed and run. */
export function whySentences({ metric, a, b, changes, single, shortest, isShortest, runs, turning }: Omit<Why, "sentences">): string[] {
  const text = (number: number | null) =>
    number === null
      ? "none"
      : number === Number.POSITIVE_INFINITY
        ? "longer than any bound"
        : brief(measured(number, metricOf(metric)?.unit ?? ""));
  const words = metricWords(metric);
  const subject = words.charAt(0).toUpperCase() + words.slice(1);
  const onOthers = (gpus: number | null) => (gpus === null || gpus === a.gpus ? "" : ` on ${counted(gpus, "GPU")} instead of ${a.gpus}`);
  const opening = `${subject} is ${text(a.number)} in a and ${text(b.number)} in b${onOthers(b.gpus)}.`;
  if (changes.length === 0) return [opening, "Their inputs are the same."];
  const turn = turning === undefined ? [] : [turning.sentence];
  if (shortest === undefined) {
    const isSame = a.number === b.number && a.met === b.met;
    const why = isSame ? "a's answer is that of b" : "no list of these changes turns a's answer into that of b";
    return [opening, `They differ in ${counted(changes.length, "input")}, but ${why} (${runs} runs with a's seed).`, ...turn];
  }
  const others = single.filter((each) => !(shortest.changes.length === 1 && each.changes[0] === shortest.changes[0]));
  const how =
    shortest.changes.length === 1
      ? "alone turns a's answer into b's"
      : isShortest
        ? "together turn a's answer into b's, and fewer do not"
        : "together turn a's answer into b's, and none of these can be left out";
  return [
    opening,
    `${shortest.changes.map(changeText).join(" and ")} ${how}: a with ${shortest.changes.length === 1 ? "it" : "them"} has ${text(shortest.number)}${onOthers(shortest.gpus)}${metText(shortest)} (${runs} runs with a's seed).`,
    ...others.map((each) =>
      each.reason === null
        ? `${changeText(each.changes[0]!)} alone: ${text(each.number)}${onOthers(each.gpus)}${metText(each)}.`
        : `${changeText(each.changes[0]!)} alone cannot be: ${each.reason}.`,
    ),
    ...turn,
  ];
}

function metText({ met }: TriedChanges): string {
  return met === null ? "" : met ? ", which meets the target" : ", which misses the target";
}

/** `parallelism.expert 16 → 8` */
function changeText({ path, a, b }: Change): string {
  return `${path} ${valueText(a)} → ${valueText(b)}`;
}

const LONG = 60;

function valueText(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > LONG ? `${text.slice(0, LONG)}…` : text;
}
