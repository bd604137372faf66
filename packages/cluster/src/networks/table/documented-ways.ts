import type { CollectiveKind } from "./measured-traffic.ts";
import { type Change, NCCL } from "./way.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

/** Way of large buffers where a system has it: kernels over symmetric memory, or else NCCL's. */
export const SYMMETRIC_MEMORY = "symmetric memory";

/** By GPU preset, the compute capability by which engines look up where they change. */
const CAPABILITIES: Readonly<Record<string, string>> = {
  "a100-80g": "8.0",
  "h100-sxm": "9.0",
  "h200-sxm": "9.0",
  h800: "9.0",
  h20: "9.0",
  b200: "10.0",
  gb200: "10.0",
};

/** Bytes from which on an engine reduces in two shots, over symmetric memory, and by NCCL. */
type Limits = readonly [twoShot: number, symmetric: number, nccl: number];

/** By engine, capability and ranks, for 16 bits. Source: docs/models/network.md#tables-of-traffic. */
const ALL_REDUCES: Readonly<Record<string, Readonly<Record<string, Readonly<Record<number, Limits>>>>>> = {
  vllm: {
    "8.0": {
      2: [8 * MIB, 8 * MIB, 8 * MIB],
      4: [512 * KIB, 8 * MIB, 8 * MIB],
      6: [256 * KIB, 8 * MIB, 8 * MIB],
      8: [256 * KIB, 8 * MIB, 8 * MIB],
    },
    "9.0": {
      2: [8 * MIB, 8 * MIB, 64 * MIB],
      4: [512 * KIB, 8 * MIB, 32 * MIB],
      6: [256 * KIB, 512 * KIB, 64 * MIB],
      8: [256 * KIB, 256 * KIB, 64 * MIB],
    },
    "10.0": {
      2: [2 * MIB, 2 * MIB, 8 * MIB],
      4: [512 * KIB, 2 * MIB, 32 * MIB],
      6: [256 * KIB, MIB, 128 * MIB],
      8: [256 * KIB, MIB, 128 * MIB],
    },
  },
  trtllm: {
    "9.0": {
      2: [16 * MIB, 16 * MIB, Number.POSITIVE_INFINITY],
      4: [2 * MIB, 8 * MIB, Number.POSITIVE_INFINITY],
      8: [512 * KIB, 8 * MIB, Number.POSITIVE_INFINITY],
    },
    "10.0": {
      2: [16 * MIB, 16 * MIB, Number.POSITIVE_INFINITY],
      4: [4 * MIB, 8 * MIB, Number.POSITIVE_INFINITY],
      8: [2 * MIB, 8 * MIB, Number.POSITIVE_INFINITY],
    },
  },
};

/** Changes of way that an engine documents for a GPU, in rising bytes from 0; empty where it documents none. */
export function documentedChanges(library: string, kind: CollectiveKind, gpu: string | undefined, ranks: number, nodes: number): Change[] {
  const limits = ALL_REDUCES[library]?.[CAPABILITIES[gpu ?? ""] ?? ""]?.[ranks];
  if (limits === undefined || kind !== "all-reduce" || nodes > 1) return [];
  const [twoShot, symmetric, nccl] = limits;
  const changes = [
    { library, kernel: "one-shot", from: 0 },
    { library, kernel: "two-shot", from: twoShot },
    { library, kernel: SYMMETRIC_MEMORY, from: symmetric },
    { ...NCCL, from: nccl },
  ];
  return changes.filter(({ from }, i) => from !== changes[i + 1]?.from && Number.isFinite(from));
}
