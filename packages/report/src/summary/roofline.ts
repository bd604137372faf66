import { PHASES, type PhaseName, type Recording } from "../recording/recording.ts";

/** Kernels of one kind of op in one phase, on all ranks, against what the GPU could do. */
export interface RooflineRow {
  readonly phase: PhaseName;
  readonly kind: string;
  /** Time of ranks in these ops, without waiting for others. */
  readonly seconds: number;
  readonly flops: number;
  readonly memoryBytes: number;
  /** FLOPs for each byte; null where no bytes are counted. */
  readonly intensity: number | null;
  /** FLOPS of one GPU while it ran them. */
  readonly flopsPerSecond: number;
  /** Peak that bounds them: the longer of their FLOPs at the peak and their bytes at the peak. */
  readonly bound: "compute" | "memory";
  /** Time at that peak over their time. */
  readonly share: number;
}

/** Kernels by kind of op under the peaks of a GPU, the mean over ranks. Plain data. */
export interface Roofline {
  readonly peakFlopsPerSecond: number;
  readonly peakMemoryBytesPerSecond: number;
  /** By phase, and in each those that took longest first. */
  readonly rows: readonly RooflineRow[];
}

/** The roofline of a run. Ops of the network have no row, nor has the host. Source: docs/models/kernels.md#by-kind-of-op. */
export function rooflineOf({ work, busyNs, opKinds, ranks }: Recording): Roofline {
  const { kindFlops, kindBytes, peakFlopsPerSecond, peakMemoryBytesPerSecond } = work;
  const kinds = opKinds.length;
  const rows = PHASES.flatMap((phase, p) => {
    const own = opKinds.flatMap(({ name, lane }, kind): RooflineRow[] => {
      let ns = 0;
      for (let rank = 0; rank < ranks; rank++) ns += busyNs[(rank * PHASES.length + p) * kinds + kind]!;
      const [flops, memoryBytes] = [kindFlops[p * kinds + kind]!, kindBytes[p * kinds + kind]!];
      if (lane !== "compute" || ns === 0 || flops + memoryBytes === 0) return [];
      const seconds = ns / 1e9;
      const [computeSeconds, memorySeconds] = [flops / peakFlopsPerSecond, memoryBytes / peakMemoryBytesPerSecond];
      return [
        {
          phase,
          kind: name,
          seconds,
          flops,
          memoryBytes,
          intensity: memoryBytes === 0 ? null : flops / memoryBytes,
          flopsPerSecond: flops / seconds,
          bound: computeSeconds >= memorySeconds ? "compute" : "memory",
          share: Math.max(computeSeconds, memorySeconds) / seconds,
        },
      ];
    });
    return own.toSorted((a, b) => b.seconds - a.seconds);
  });
  return { peakFlopsPerSecond, peakMemoryBytesPerSecond, rows };
}
