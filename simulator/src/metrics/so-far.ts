import { COMPUTE, laneOfKind, NETWORK, OP_KINDS } from "@tokenyard/program";
import { OpTimes } from "./op-times.ts";
import type { Probe } from "./probe.ts";

const KINDS = OP_KINDS.length;
const IS_TRANSFER = OP_KINDS.map((_, kind) => laneOfKind(kind) === NETWORK);
const HOST = OP_KINDS.findIndex(({ name }) => name === "host");

/** What a pool has done up to now, what is told at the end of the run only included. Filled anew for each sample. */
export class SoFar {
  /** [ranks × lanes] kernels and transfers of the pool's ranks */
  readonly busyNs: Float64Array;
  /** [stages of all replicas] */
  readonly stageBytes: Float64Array;
  readonly ops = new OpTimes();

  constructor(ranks: number, stages: number) {
    this.busyNs = new Float64Array(ranks * 2);
    this.stageBytes = new Float64Array(stages);
  }

  /** From what has been told: `busyNs` [ranks × phases × op kinds]. */
  begin(busyNs: Float64Array, { stageBytes, ops }: Probe): void {
    const { busyNs: into } = this;
    for (let rank = 0, at = 0; at < busyNs.length; rank++) {
      let kernels = 0;
      let transfers = 0;
      for (let phase = 0; phase < 2; phase++) {
        for (let kind = 0; kind < KINDS; kind++, at++) {
          if (kind === HOST) continue;
          if (IS_TRANSFER[kind]!) transfers += busyNs[at]!;
          else kernels += busyNs[at]!;
        }
      }
      into[rank * 2 + COMPUTE] = kernels;
      into[rank * 2 + NETWORK] = transfers;
    }
    this.stageBytes.set(stageBytes);
    this.ops.copy(ops);
  }

  /** Rank number `rank` of the pool has worked on ops of `kind`. */
  work(rank: number, kind: number, ns: number): void {
    addBusy(this.busyNs, rank, kind, ns);
  }
}

/** Adds what rank number `rank` has worked on ops of `kind` to `busyNs` [ranks × lanes]. The host is none of the GPU's work. */
export function addBusy(busyNs: Float64Array, rank: number, kind: number, ns: number): void {
  if (kind === HOST) return;
  const at = rank * 2 + laneOfKind(kind);
  busyNs[at] = busyNs[at]! + ns;
}
