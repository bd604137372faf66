import { PHASES } from "@tokenyard/model";
import type { Wanted } from "../../metrics/wanted.ts";
import { WorkCosts } from "./work-costs.ts";

/**
 * Where what samples ask of passes alike stands in one row of numbers: thousands are made, and each column of its own would cost more than what is in it. It
 * stands behind how many there have been of each phase, as each run that ends looks at that, too.
 */
export class AskedRow {
  /** [phases] as many of those passes as samples have been told of */
  readonly told = PHASES.length;
  /** [ranks] bytes of memory, of what tokens tell of; as those behind it without numbers where nobody asks */
  readonly bytes = PHASES.length * 2;
  /** [ranks × lanes] nanoseconds of kernels and transfers that tokens tell of */
  readonly lanes: number;
  /** [ranks] bytes in a pass that decodes, the matrices around its attention included: behind the lanes, so that what a pass of either phase is told by lies together */
  readonly decoding: number;
  /** What works take of which tokens tell, as `WorkCosts` keeps it. */
  readonly costs: number;
  readonly ranks: number;
  readonly withLanes: boolean;
  readonly withBytes: boolean;

  constructor({ ranks: withLanes, bytes: withBytes }: Pick<Wanted, "ranks" | "bytes">, ranks: number) {
    this.ranks = ranks;
    this.withLanes = withLanes;
    this.withBytes = withBytes;
    this.lanes = this.bytes + (withBytes ? ranks : 0);
    this.decoding = this.lanes + (withLanes ? ranks * 2 : 0);
    this.costs = this.decoding + (withBytes ? ranks : 0);
  }

  /** Numbers in a row, where tokens tell of so many `works`. */
  length(works: number): number {
    return this.costs + WorkCosts.numbersOf(works, this.ranks, this.withBytes);
  }
}
