import type { Stage } from "../stage.ts";
import { addRow } from "../sums/collectives.ts";
import { checkComputed } from "../sums/settle.ts";
import type { Parcel, Visit } from "../visit.ts";
import { hasChosen } from "./arrivals.ts";

/** Every member gets the tokens of all, and keeps those for its slots. */
export function gatherTokens(stage: Stage, members: readonly Visit[], layer: number): void {
  const { plan, width, collectives, model, formats } = stage;
  const ranks = members.map(({ rank }) => rank.id);
  const { rankOf } = plan.expertPlacement!.slots(layer);
  const { topK } = model.experts!;
  const arrived: Parcel[][] = members.map(() => []);
  for (const [source, visit] of members.entries()) {
    if (!hasChosen(stage, visit, layer)) continue;
    const { choices, normed, gateFrom, gateTo, tokens } = visit;
    for (let row = 0; row < gateTo - gateFrom; row++) {
      collectives.spread(ranks, source, width);
      for (const [place, { rank }] of members.entries()) {
        const e = Math.floor(rank.local / plan.tensor);
        const copies = Array.from({ length: topK }, (_, k) => row * topK + k).filter((copy) => {
          const slot = choices!.slots[copy]!;
          return slot >= 0 && rankOf[slot] === e;
        });
        if (copies.length === 0) continue;
        const numbers = normed!.slice(row * width, (row + 1) * width);
        formats.send(numbers, width, "dispatch");
        arrived[place]!.push({
          source,
          row,
          token: tokens.id[gateFrom + row]!,
          slots: copies.map((copy) => choices!.slots[copy]!),
          weights: copies.map((copy) => choices!.weights[copy]!),
          part: 0,
          numbers,
        });
      }
    }
  }
  for (const [place, member] of members.entries()) member.arrived = arrived[place]!;
}

/** Each member is left with the sums for its own tokens; a rank without a result for one gives zeros. */
export function scatterTokens(stage: Stage, members: readonly Visit[], layer: number): void {
  const { collectives, width, stride } = stage;
  for (const member of members) checkComputed(stage, member, layer);
  const ranks = members.map(({ rank }) => rank.id);
  const zeros = new Float64Array(stride);
  const byKey = members.map(({ results }) => new Map((results ?? []).map(({ source, row, numbers }) => [`${source}/${row}`, numbers])));
  for (const [source, { gateFrom, gateTo, pending }] of members.entries()) {
    for (let row = 0; row < gateTo - gateFrom; row++) {
      const rows = byKey.map((own) => own.get(`${source}/${row}`) ?? zeros);
      const sum = collectives.reduce(ranks, rows, source, width);
      if (pending === undefined) continue;
      const known = pending.rows[row];
      if (known === undefined) pending.rows[row] = sum;
      else addRow(known, sum);
    }
  }
  for (const member of members) member.results = undefined;
}
