import { NS_PER_SECOND } from "@tokenyard/engine";
import { toGrainsOfNs, toWhole } from "./grain.ts";

/**
 * Work of ranks in an op: operations on the matrix units, bytes of memory, bytes that leave a rank by tier; and the measured part of its
 * time.
 */
export interface OpWork {
  flops: number;
  memoryBytes: number;
  nodeBytes: number;
  fabricBytes: number;
  /** Seconds of kernels inside the grid of measured tables. */
  insideSeconds: number;
  /** Seconds of traffic inside the grid of measured tables. */
  tabledSeconds: number;
}

/** What kernels of one kind compute, and read and write. */
export interface KernelWork {
  flops: number;
  memoryBytes: number;
}

/** Totals of many ops. Bytes over links are whole grains, with remainders in a field of their own: docs/models/kernels.md#grains. */
export interface WorkTally extends Omit<OpWork, "tabledSeconds"> {
  nodeRest: number;
  fabricRest: number;
  tabledNs: number;
}

export function createWorkTally(): WorkTally {
  const tally = {
    flops: -0,
    memoryBytes: -0,
    nodeBytes: -0,
    fabricBytes: -0,
    insideSeconds: -0,
    tabledNs: -0,
    nodeRest: -0,
    fabricRest: -0,
  };
  clearWorkTally(tally);
  return tally;
}

/**
 * A new op's work, or what has the numbers of one, made with −0 in each: that is no small integer, as what will stand there. Where a field outgrows
 * small integers later, V8 compiles again what works with it.
 */
export function cleared<Work extends OpWork>(work: Work): Work {
  clearOpWork(work);
  return work;
}

export function clearOpWork(work: OpWork): void {
  work.flops = 0;
  work.memoryBytes = 0;
  work.nodeBytes = 0;
  work.fabricBytes = 0;
  work.insideSeconds = 0;
  work.tabledSeconds = 0;
}

export function clearWorkTally(tally: WorkTally): void {
  tally.flops = 0;
  tally.memoryBytes = 0;
  tally.nodeBytes = 0;
  tally.fabricBytes = 0;
  tally.insideSeconds = 0;
  tally.tabledNs = 0;
  tally.nodeRest = 0;
  tally.fabricRest = 0;
}

/** A new sum, made with −0 as that of `cleared`. */
export function createKernelWork(): KernelWork {
  const work = { flops: -0, memoryBytes: -0 };
  work.flops = 0;
  work.memoryBytes = 0;
  return work;
}

/** Adds `work` of an op, `times` over. */
export function addTimes(tally: WorkTally, work: Readonly<OpWork>, times: number): void {
  tally.flops += work.flops * times;
  tally.memoryBytes += work.memoryBytes * times;
  tally.insideSeconds += work.insideSeconds * times;
  tally.tabledNs += toGrainsOfNs(work.tabledSeconds * NS_PER_SECOND) * times;
  const node = toWhole(work.nodeBytes);
  const fabric = toWhole(work.fabricBytes);
  tally.nodeBytes += node * times;
  tally.fabricBytes += fabric * times;
  tally.nodeRest += (work.nodeBytes - node) * times;
  tally.fabricRest += (work.fabricBytes - fabric) * times;
}
