import fc from "fast-check";
import { expect, test } from "vitest";
import { inHalves } from "./halves.ts";
import { COMPUTE, NETWORK, type Op, op, type Work } from "./op.ts";

const WORKS: readonly Work[] = ["attention", "gate", "dispatch", "experts", "shared", "combine", "reduce-attention"];

/** Ops that each come after up to two of those before them. */
const layers = fc
  .array(fc.record({ work: fc.constantFrom(...WORKS), after: fc.array(fc.nat(20), { maxLength: 2 }) }), { minLength: 1, maxLength: 12 })
  .map((drawn) => drawn.map(({ work, after }, at) => op(work, at, at === 0 ? [] : [...new Set(after.map((before) => before % at))])));

test("each half runs every op once, in the order of the layers, after what it came after there", () => {
  fc.assert(
    fc.property(layers, (ops) => {
      const halves = inHalves(ops);
      for (const part of [1, 2]) {
        const own = halves.filter((each) => each.part === part);
        expect(own.map(({ layer }) => layer)).toEqual(ops.map(({ layer }) => layer));
        for (const { after, layer } of own) {
          expect(after.map((at) => halves[at]!.part)).toEqual(after.map(() => part));
          expect(after.map((at) => halves[at]!.layer)).toEqual(ops[layer]!.after);
        }
      }
      halves.forEach(({ after }, at) => {
        for (const before of after) expect(before).toBeLessThan(at);
      });
    }),
  );
});

test("on each lane the halves take turns: what stands together there the first half runs, then the second", () => {
  fc.assert(
    fc.property(layers, (ops) => {
      for (const lane of [COMPUTE, NETWORK]) {
        const expected = turnsOf(ops)
          .filter(([first]) => first!.lane === lane)
          .flatMap((turn) => [...turn.map(({ layer }) => [1, layer]), ...turn.map(({ layer }) => [2, layer])]);
        const there = inHalves(ops).filter((each) => each.lane === lane);
        expect(there.map(({ part, layer }) => [part, layer])).toEqual(expected);
      }
    }),
  );
});

function turnsOf(ops: readonly Op[]): Op[][] {
  return ops.reduce<Op[][]>((turns, each) => {
    const last = turns.at(-1);
    if (last !== undefined && last[0]!.lane === each.lane) last.push(each);
    else turns.push([each]);
    return turns;
  }, []);
}
