import { describe, expect, test } from "vitest";
import { documentedChanges } from "./documented-ways.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const waysOf = (library: string, gpu: string, ranks: number) =>
  documentedChanges(library, "all-reduce", gpu, ranks, 1).map(({ kernel, from }) => [kernel, from]);

describe("ways that engines document", () => {
  test("are those of vLLM 0.24: one shot, two, symmetric memory where the GPU has it, and NCCL", () => {
    expect(waysOf("vllm", "a100-80g", 8)).toEqual([
      ["one-shot", 0],
      ["two-shot", 256 * KIB],
      ["", 8 * MIB],
    ]);
    expect(waysOf("vllm", "h200-sxm", 8)).toEqual([
      ["one-shot", 0],
      ["symmetric memory", 256 * KIB],
      ["", 64 * MIB],
    ]);
    expect(waysOf("vllm", "b200", 2)).toEqual([
      ["one-shot", 0],
      ["symmetric memory", 2 * MIB],
      ["", 8 * MIB],
    ]);
  });

  test("are those of TensorRT-LLM 1.3: one shot, two, and NCCL, over symmetric memory where it can", () => {
    expect(waysOf("trtllm", "h100-sxm", 8)).toEqual([
      ["one-shot", 0],
      ["two-shot", 512 * KIB],
      ["symmetric memory", 8 * MIB],
    ]);
    expect(waysOf("trtllm", "a100-80g", 8)).toEqual([]);
  });

  test("begin at no bytes and rise, and are none of other libraries, collectives, GPUs, numbers of ranks and groups over nodes", () => {
    for (const library of ["vllm", "trtllm"]) {
      for (const gpu of ["a100-80g", "h100-sxm", "b200"]) {
        for (const ranks of [2, 4, 6, 8]) {
          const froms = documentedChanges(library, "all-reduce", gpu, ranks, 1).map(({ from }) => from);
          expect(froms).toEqual([...new Set(froms)].sort((a, b) => a - b));
          expect(froms[0] ?? 0).toBe(0);
        }
      }
    }
    expect(waysOf("nccl", "h100-sxm", 8)).toEqual([]);
    expect(waysOf("vllm", "l40s", 8)).toEqual([]);
    expect(waysOf("vllm", "h100-sxm", 3)).toEqual([]);
    expect(documentedChanges("vllm", "all-gather", "h100-sxm", 8, 1)).toEqual([]);
    expect(documentedChanges("vllm", "all-reduce", "h100-sxm", 8, 2)).toEqual([]);
    expect(documentedChanges("vllm", "all-reduce", undefined, 8, 1)).toEqual([]);
  });
});
