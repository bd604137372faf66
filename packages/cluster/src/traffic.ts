import type { Ports } from "./ports.ts";

/** Bytes that left ranks, per tier. Methods that are given one add to it. */
export interface Traffic {
  nodeBytes: number;
  fabricBytes: number;
  /** Seconds of ranks, all together, in which traffic went as inside the grid of measured tables; where it is counted. */
  tabledSeconds?: number;
}

/** Kernels that carry an all-to-all of tokens, and the bytes of a token. Callers keep the object, as its identity may serve as a key. */
export interface ExchangeKernels {
  readonly dispatch: "per-token" | "per-copy";
  readonly phase: "dispatch" | "combine";
  readonly tokenBytes: number;
  /** The number of experts, and how many of them a token chooses: tables differ by them. */
  readonly routed?: { readonly experts: number; readonly topK: number };
}

/** Adds the traffic that leaves ports to `traffic`, given the bytes of a unit. */
export function addBytes(traffic: Traffic, { members, nodeOut, fabricOut }: Ports, unitBytes: number): void {
  for (let i = 0; i < members; i++) {
    traffic.nodeBytes += nodeOut[i]! * unitBytes;
    traffic.fabricBytes += fabricOut[i]! * unitBytes;
  }
}
