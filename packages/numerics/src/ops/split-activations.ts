import type { Stage } from "../stage.ts";
import { settle } from "../sums/settle.ts";
import type { Choices, Visit } from "../visit.ts";

/** Tokens of each part of `count` that `ranks` share: as many as make the last ones short. */
export function partOf(count: number, ranks: number, place: number): { readonly from: number; readonly to: number } {
  const part = Math.ceil(count / ranks);
  return { from: Math.min(count, place * part), to: Math.min(count, (place + 1) * part) };
}

/** Leaves each rank of a data group with whole sums of its part of the tokens, and with its part of the residual. */
export function reduceScatter({ collectives, width, plan }: Stage, visits: readonly Visit[]): void {
  const ranks = visits.map(({ rank }) => rank.id);
  const before = visits.map(({ pending }) => pending);
  for (const [place, visit] of visits.entries()) {
    const { from, to } = partOf(visit.tokens.count, plan.attentionTensor, place);
    const pending = before[place];
    if (pending !== undefined) {
      const rows: (Float64Array | undefined)[] = [];
      for (let i = from; i < to; i++) {
        const parts = before.map((each) => each?.rows[i]);
        rows.push(parts.some((part) => part !== undefined) ? collectives.reduce(ranks, parts, place, width) : undefined);
      }
      visit.pending = { ...pending, rows };
    }
    visit.residual = visit.residual.slice(from * width, to * width);
    visit.from = from;
    visit.to = to;
  }
}

/**
 * Gives all ranks of a data group the rows of all its tokens again: the residual, or, where each has a slice of the tokens, the pending
 * sums.
 */
export function allGather(stage: Stage, visits: readonly Visit[]): void {
  const { collectives, width, plan } = stage;
  const ranks = visits.map(({ rank }) => rank.id);
  const { count } = visits[0]!.tokens;
  const parts = visits.map((_, place) => partOf(count, plan.attentionTensor, place));
  for (const [place, { from, to }] of parts.entries()) for (let i = from; i < to; i++) collectives.spread(ranks, place, width);
  if (visits.some(({ from, to }) => to - from < count)) {
    for (const visit of visits) settle(stage, visit);
    const whole = new Float64Array(count * width);
    for (const { from, residual } of visits) whole.set(residual, from * width);
    for (const visit of visits) {
      visit.residual = whole.slice();
      visit.from = 0;
      visit.to = count;
    }
    return;
  }
  if (plan.sequenceParallel === "none") return;
  const rows = visits.flatMap(({ pending, gateFrom, gateTo }) => Array.from({ length: gateTo - gateFrom }, (_, i) => pending?.rows[i]));
  const choices = joined(visits.map((visit) => visit.choices));
  for (const visit of visits) {
    if (visit.pending === undefined) continue;
    visit.pending = { ...visit.pending, rows: rows.slice() };
    visit.choices = choices;
  }
}

function joined(all: readonly (Choices | undefined)[]): Choices | undefined {
  const there = all.filter((each) => each !== undefined);
  if (there.length === 0) return undefined;
  return {
    layer: there[0]!.layer,
    experts: Int32Array.from(there.flatMap(({ experts }) => [...experts])),
    weights: Float64Array.from(there.flatMap(({ weights }) => [...weights])),
    slots: Int32Array.from(there.flatMap(({ slots }) => [...slots])),
  };
}
