import { expect, test } from "vitest";
import { noPiece, pieceIn } from "./gallery-file.ts";

const files = { "two-ranks/scenario.yaml": "name: two", "dead-gpu/trtllm.yaml": "name: trt" };
const gallery = { pieces: [], files };

test.each([
  ["#open=two-ranks", "two-ranks/scenario.yaml"],
  ["#open=dead-gpu/trtllm.yaml", "dead-gpu/trtllm.yaml"],
  ["#v=report&open=two-ranks", "two-ranks/scenario.yaml"],
  ["#open=dead-gpu", undefined],
  ["#open=constructor", undefined],
  ["#open=../secrets.yaml", undefined],
  ["#reopen=two-ranks", undefined],
  ["", undefined],
])("%s opens %s", (fragment, path) => {
  expect(pieceIn(fragment, gallery)?.path).toBe(path);
});

test("a scenario opens with all files of the gallery, as others may be named in it", () => {
  expect(pieceIn("#open=two-ranks", gallery)).toEqual({ text: "name: two", path: "two-ranks/scenario.yaml", files });
});

test.each([
  ["two-rank", "the gallery has no scenario two-rank; did you mean two-ranks?"],
  ["dead-gpu/trtlm.yaml", "the gallery has no scenario dead-gpu/trtlm.yaml; did you mean dead-gpu/trtllm.yaml?"],
  ["elsewhere", "the gallery has no scenario elsewhere"],
])("an unknown %s is answered with the nearest name, if one is near", (named, message) => {
  expect(noPiece(named, gallery)).toBe(message);
});
