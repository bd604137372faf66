import { createHash } from "node:crypto";
import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { frozen } from "./frozen.ts";
import { digestOf, hashOf } from "./hash.ts";
import { h100Fits } from "./presets/fits/h100-sxm.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

test("a list of fits stands in a hash by its own SHA-256", () => {
  const fits = [{ launch: "7 us", kind: "linear" }];
  const own = sha256('[{"kind":"linear","launch":"7 us"}]');
  expect(digestOf(fits)).toBe(own);
  expect(hashOf({ cluster: { gpu: { memory: "80 GB", fits } } })).toBe(sha256(`{"cluster":{"gpu":{"fits":"${own}","memory":"80 GB"}}}`));
});

test.prop([fc.nat(h100Fits.length - 1), fc.boolean()])("another coefficient of one fit is another hash, frozen or not", (at, isFrozen) => {
  const hash = (fits: readonly object[]) => hashOf(isFrozen ? frozen({ gpu: { fits } }) : { gpu: { fits } });
  const copies = () => h100Fits.map((fit) => ({ ...fit }));
  const others = copies().map((fit, i) => (i === at ? { ...fit, launch: "1.25 us" } : fit));
  expect(hash(copies())).toBe(hash(h100Fits));
  expect(hash(others)).not.toBe(hash(h100Fits));
  expect(hash([...copies()].reverse())).not.toBe(hash(h100Fits));
});
