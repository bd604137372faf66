import { test } from "@fast-check/vitest";
import fc from "fast-check";
import alea from "seedrandom/lib/alea.js";
import { expect } from "vitest";
import { AleaStream } from "./alea-stream.ts";

test.prop([fc.string(), fc.array(fc.boolean(), { maxLength: 300 })])(
  "gives the package's numbers, in whatever order bits and numbers are asked for",
  (seed, asks) => {
    const package_ = alea(seed);
    const stream = new AleaStream(seed);
    for (const ask of asks) expect(ask ? stream.next() : stream.bits()).toBe(ask ? package_.double() : package_.int32());
  },
);

test("carries as the package does over millions of words", () => {
  const package_ = alea("carry");
  const stream = new AleaStream("carry");
  let differ = 0;
  for (let i = 0; i < 2_000_000; i++) if (stream.bits() !== package_.int32()) differ++;
  expect(differ).toBe(0);
});
