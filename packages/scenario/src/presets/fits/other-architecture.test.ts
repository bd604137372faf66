import { expect, test } from "vitest";
import { onOtherArchitecture, waitTimes } from "./other-architecture.ts";

const lender = { bandwidth: 3e12, multiprocessors: 100, compute: { bf16: 1, fp8: 1 } };
/** Its multiprocessors have twice as much of the memory's bandwidth. */
const borrower = { bandwidth: 12e12, multiprocessors: 200, compute: { bf16: 1, fp8: 1, mxfp4: 1 } };

test("waits of a multiprocessor are shorter as it has more of the memory's bandwidth; all else stays", () => {
  const fits = [
    { kind: "linear", precision: "fp8", launch: "5 us", tile: "1.88 us", step: "0.147 ns", computeEfficiency: "85.9 %" },
    { kind: "experts", precision: "bf16", tile: "0.3 us", tiles: "handed", perExpert: "0.2 us" },
    { kind: "prefill", precision: "fp8", item: "2 us", tail: "3 %" },
    { kind: "decode", precision: "bf16", item: "3.31 us", head: "0.06 us", merge: "1 us", heads: "alone" },
    { kind: "latent-decode", precision: "fp8", item: "6 us", ramp: "22 MB" },
  ];
  expect(onOtherArchitecture(fits, lender, borrower)).toEqual([
    { ...fits[0], tile: "0.94 us" },
    { ...fits[1], tile: "0.15 us" },
    { ...fits[2], item: "1 us" },
    { ...fits[3], item: "1.66 us", head: "0.03 us" },
    { ...fits[4], item: "3 us" },
  ]);
  expect(waitTimes("item", borrower, lender)).toBe(2);
  expect(onOtherArchitecture(fits, lender, lender)).toEqual(fits);
});

test("decoding in narrow formats is not lent, nor are weights that only the borrower multiplies as they are", () => {
  const of = (kind: string, precision: string) => ({ kind, precision });
  const fits = [of("decode", "fp8"), of("decode", "fp16"), of("latent-decode", "fp8"), of("experts", "mxfp4"), of("experts", "int4")];
  expect(onOtherArchitecture(fits, lender, borrower)).toEqual([fits[1], fits[2], fits[4]]);
  expect(onOtherArchitecture(fits, borrower, lender)).toEqual([fits[1], fits[2], fits[3], fits[4]]);
});
