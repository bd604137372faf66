import { test } from "@fast-check/vitest";
import { Lists } from "@tokenyard/model";
import fc from "fast-check";
import { expect } from "vitest";
import { sumDrawn } from "./drawn-sums.ts";
import { SentCopies } from "./sent-copies.ts";

/** Experts of each rank, and a table of copies [sources × experts]. */
const given = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 40 }).chain((held) => {
  const experts = held.reduce((sum, own) => sum + own, 0);
  const row = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 9 })), { minLength: experts, maxLength: experts });
  return fc.record({
    held: fc.constant(held),
    tables: fc.array(fc.array(row, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 3 }),
  });
});

test.prop([given, fc.boolean()])(
  "copies are summed by expert, by rank, by source, and by source and rank, as one would add them up",
  ({ held, tables }, withSent) => {
    const sources = 3;
    const experts = held.reduce((sum, own) => sum + own, 0);
    const offsets = Int32Array.from([0, ...held.map((_, rank) => held.slice(0, rank + 1).reduce((sum, own) => sum + own, 0))]);
    const rankOf = Int32Array.from(held.flatMap((own, rank) => new Array<number>(own).fill(rank)));
    const slots = { offsets, rankOf, experts, most: Math.max(...held), inOrder: true } as unknown as Parameters<typeof sumDrawn>[1];
    const drawn = {
      copies: new Float64Array(sources * experts),
      lists: new Lists(sources, experts),
      routed: new Float64Array(experts),
      chosen: new Lists(1, experts),
    };
    const of = { rows: drawn.routed, rankRows: new Float64Array(0), rankActive: new Int32Array(0) };
    const sent = withSent ? new SentCopies(sources) : undefined;
    for (const table of tables) {
      for (let source = 0; source < sources; source++) drawn.lists.clear(source, drawn.copies);
      drawn.copies.set(table.flat());
      for (let source = 0; source < sources; source++) drawn.lists.look(source, drawn.copies);
      sumDrawn(drawn, slots, of, sent);
      const total = (take: (source: number, expert: number) => boolean) =>
        table.reduce((sum, row, source) => sum + row.reduce((all, copies, expert) => all + (take(source, expert) ? copies : 0), 0), 0);
      const routed = held
        .flatMap((_, rank) => [...rankOf.keys()].filter((x) => rankOf[x] === rank))
        .map((x) => total((_, expert) => expert === x));
      expect([...drawn.routed]).toEqual(routed);
      expect([...drawn.chosen.places.subarray(0, drawn.chosen.lengths[0])].sort((a, b) => a - b)).toEqual(
        [...routed.keys()].filter((x) => routed[x]! > 0),
      );
      expect([...of.rankRows]).toEqual(held.map((_, rank) => total((_, expert) => rankOf[expert] === rank)));
      expect([...of.rankActive]).toEqual(held.map((_, rank) => routed.filter((copies, x) => rankOf[x] === rank && copies > 0).length));
      if (sent === undefined) continue;
      const ranks = held.length;
      for (let source = 0; source < sources; source++) {
        const byRank = held.map((_, rank) => total((from, expert) => from === source && rankOf[expert] === rank));
        const listed = [...sent.lists.places.subarray(source * ranks, source * ranks + sent.lists.lengths[source]!)];
        expect(listed.sort((a, b) => a - b)).toEqual([...byRank.keys()].filter((rank) => byRank[rank]! > 0));
        expect(listed.map((rank) => sent.byRank[source * ranks + rank])).toEqual(listed.map((rank) => byRank[rank]));
        expect(sent.bySource[source]).toBe(total((from) => from === source));
      }
    }
  },
);
