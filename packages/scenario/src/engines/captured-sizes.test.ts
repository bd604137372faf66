import { expect, test } from "vitest";
import { CAPTURED_SIZES } from "./captured-sizes.ts";

test("sizes that engines capture, around each change of their step", () => {
  const around = (sizes: readonly number[], from: number, to: number) => sizes.filter((size) => size >= from && size <= to);
  expect(CAPTURED_SIZES.vllm(30)).toEqual([1, 2, 4, 8, 16, 24]);
  expect(around(CAPTURED_SIZES.vllm(512), 240, 300)).toEqual([240, 248, 256, 272, 288]);
  expect(CAPTURED_SIZES.vllm(512).at(-1)).toBe(512);
  expect(CAPTURED_SIZES.sglang(30)).toEqual([1, 2, 4, 8, 12, 16, 24]);
  expect(around(CAPTURED_SIZES.sglang(600), 240, 290)).toEqual([240, 248, 256, 272, 288]);
  expect(around(CAPTURED_SIZES.sglang(600), 480, 600)).toEqual([480, 496, 512, 544, 576]);
  expect(around(CAPTURED_SIZES.trtllm(1000), 112, 1000)).toEqual([112, 120, 128, 256, 512, 1000]);
  expect(CAPTURED_SIZES.trtllm(3)).toEqual([1, 2, 3]);
});
