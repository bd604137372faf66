import fc from "fast-check";
import { expect, test } from "vitest";
import { WaitingLine } from "./waiting-line.ts";

test("a waiting line gives back what joined it, first in, first out, as an array would", () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (joins) => {
      const line = new WaitingLine<number>();
      const reference: number[] = [];
      joins.forEach((joined, number) => {
        if (joined) {
          line.join(number);
          reference.push(number);
        } else {
          expect(line.leave()).toBe(reference.shift());
        }
      });
    }),
  );
});
