import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { expect } from "vitest";
import { editDistance, nearest } from "./nearest.ts";

const known = ["memory", "memoryShare", "bandwidth", "bandwidthEfficiency", "launch"];

test("a slip of a letter or of the case finds its name", () => {
  expect(nearest("memry", known)).toBe("memory");
  expect(nearest("lunch", known)).toBe("launch");
  expect(nearest("bandwdith", known)).toBe("bandwidth");
  expect(nearest("memoryshare", known)).toBe("memoryShare");
});

test("a name that is like none finds none", () => {
  expect(nearest("colour", known)).toBeUndefined();
  expect(nearest("", known)).toBeUndefined();
  expect(nearest("x".repeat(1e6), known)).toBeUndefined();
});

const words = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 6 });

/** The same distance by trying every first step; slow and plain. */
function slowDistance(a: string, b: string): number {
  if (a === "" || b === "") return a.length + b.length;
  const steps = [
    slowDistance(a.slice(1), b) + 1,
    slowDistance(a, b.slice(1)) + 1,
    slowDistance(a.slice(1), b.slice(1)) + (a[0] === b[0] ? 0 : 1),
  ];
  if (a.length > 1 && a[0] === b[1] && a[1] === b[0]) steps.push(slowDistance(a.slice(2), b.slice(2)) + 1);
  return Math.min(...steps);
}

test.prop([words, words])("the distance is the least number of slips", (a, b) => {
  expect(editDistance(a, b)).toBe(slowDistance(a, b));
});

test("a name that begins a known one means it, with the maker before it or not, in any case", () => {
  const gpus = ["h800", "a100-80g", "h100-sxm", "h200-sxm", "h20", "mi300x"];
  expect(["H100", "h200", "A100", "NVIDIA H100", "nvidia_h100", "AMD MI300X", "H100 SXM"].map((given) => nearest(given, gpus))).toEqual([
    "h100-sxm",
    "h200-sxm",
    "a100-80g",
    "h100-sxm",
    "h100-sxm",
    "mi300x",
    "h100-sxm",
  ]);
  expect([nearest("h1", ["h100-sxm"]), nearest("", gpus)]).toEqual([undefined, undefined]);
});

test("what is another thing means no known one, though the letters are near", () => {
  const models = ["mixtral-8x7b", "MixtralForCausalLM"];
  expect(["mistral-7b", "MistralForCausalLM", "Mistral"].map((given) => nearest(given, models))).toEqual([undefined, undefined, undefined]);
  expect(nearest("mixtrl-8x7b", models)).toBe("mixtral-8x7b");
});
