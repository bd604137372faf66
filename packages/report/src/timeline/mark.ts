import { groupOf, type RankGroup } from "../pictures/rank-group.ts";
import type { AlertRuleRow } from "../recording/alert-rows.ts";
import type { FaultRow } from "../recording/fault-rows.ts";
import { REQUEST_STATES, type Recording } from "../recording/recording.ts";
import type { RequestSpans, Spans } from "../recording/span-columns.ts";
import { measured } from "../text/quantity.ts";

export const MARK_KINDS = ["fault", "rebalance", "alert", "preemption"] as const;
export type MarkKind = (typeof MARK_KINDS)[number];

/** Something that happened beside the ops: a moment, or from one to another. */
export interface Mark {
  readonly kind: MarkKind;
  readonly fromNs: number;
  /** `fromNs` of a moment. */
  readonly toNs: number;
  readonly words: string;
}

/** Most marks of each kind; the first ones are kept. */
const MOST = 5_000;
const PREEMPTED = REQUEST_STATES.indexOf("preempted");

/** Marks of a run with spans, by time: faults, moves of experts, alerts, and requests that lost their cache. */
export function marksOf({ faults, alerts, spans, requestSpans, opKinds, horizonNs }: Recording, groups: readonly RankGroup[]): Mark[] {
  const move = opKinds.findIndex(({ name }) => name === "move");
  return [
    ...(faults ?? []).flatMap((row) => faultMarks(row, horizonNs)).slice(0, MOST),
    ...(spans === undefined ? [] : moveMarks(spans, move, groups)),
    ...(alerts ?? []).flatMap((rule) => alertMarks(rule, horizonNs)).slice(0, MOST),
    ...(requestSpans === undefined ? [] : preemptionMarks(requestSpans)),
  ].sort((a, b) => a.fromNs - b.fromNs);
}

/** Marks of a fault, from the strike until the replica serves again; to the end of the run if it never does. */
function faultMarks(row: FaultRow, horizonNs: number): Mark[] {
  const { kind, atNs, detectedNs, detectedBy, resumedNs, openUntilNs } = row;
  if (Number.isNaN(atNs)) return [];
  const toNs = Number.isNaN(resumedNs) ? (openUntilNs > 0 ? horizonNs : atNs) : resumedNs;
  const parts = [
    kind.replaceAll("-", " "),
    ...(Number.isNaN(detectedNs)
      ? []
      : [`detected after ${seconds(detectedNs - atNs)}${detectedBy === undefined ? "" : ` by ${detectedBy}`}`]),
    ...(Number.isNaN(resumedNs) ? [] : [`served again after ${seconds(resumedNs - atNs)}`]),
  ];
  return [{ kind: "fault", fromNs: atNs, toNs, words: parts.join(", ") }];
}

function alertMarks({ name, episodes }: AlertRuleRow, horizonNs: number): Mark[] {
  return episodes.flatMap(({ firingMs, resolvedMs, labels }): Mark[] => {
    if (firingMs < 0) return [];
    const of = Object.entries(labels).map(([label, value]) => `${label} ${value}`);
    const toNs = resolvedMs < 0 ? horizonNs : resolvedMs * 1e6;
    const end = resolvedMs < 0 ? "not resolved" : `resolved after ${seconds(toNs - firingMs * 1e6)}`;
    return [{ kind: "alert", fromNs: firingMs * 1e6, toNs, words: [name, ...of, end].join(", ") }];
  });
}

/** One for each time that ranks of a group move experts. */
function moveMarks({ kind, rank, startNs, endNs }: Spans, move: number, groups: readonly RankGroup[]): Mark[] {
  const marks = new Map<string, Mark>();
  for (let at = 0; at < kind.length && marks.size < MOST; at++) {
    if (kind[at] !== move || startNs[at] === endNs[at]) continue;
    const group = groupOf(groups, rank[at]!);
    const key = `${group?.firstRank} ${startNs[at]}`;
    const before = marks.get(key);
    const toNs = Math.max(before?.toNs ?? 0, endNs[at]!);
    marks.set(key, { kind: "rebalance", fromNs: startNs[at]!, toNs, words: `experts move in ${group?.label}` });
  }
  return [...marks.values()];
}

function preemptionMarks({ request, state, startNs, endNs }: RequestSpans): Mark[] {
  const marks: Mark[] = [];
  for (let at = 0; at < state.length && marks.length < MOST; at++) {
    if (state[at] !== PREEMPTED) continue;
    const waits = seconds(endNs[at]! - startNs[at]!);
    marks.push({
      kind: "preemption",
      fromNs: startNs[at]!,
      toNs: startNs[at]!,
      words: `request ${request[at]} loses its cache, waits ${waits}`,
    });
  }
  return marks;
}

function seconds(ns: number): string {
  return measured(ns / 1e9, "s");
}
