import type { Draft, Pass } from "@tokenyard/model";
import type { BatchId, BatchSizes } from "@tokenyard/serving";
import { FirstDraftPass, NextDraftsPass } from "./draft-pass.ts";
import type { PassWork } from "./pass-work.ts";

/** The passes of a draft after each pass of a micro-batch. */
export class Drafting {
  /** Work of the first pass, and of later ones. */
  readonly works: readonly [PassWork, PassWork];
  readonly passes: readonly [FirstDraftPass, NextDraftsPass];
  /** Drafts after the current pass. */
  drafts = 0;

  /** `window`: tokens that windowed columns see. */
  constructor(
    works: readonly [PassWork, PassWork],
    { replica, microBatch }: BatchId,
    dataGroups: number,
    { isParallel }: Draft,
    window: number,
    batchSizes: BatchSizes | undefined,
  ) {
    this.works = works;
    this.passes = [
      new FirstDraftPass(replica, microBatch, dataGroups, isParallel),
      new NextDraftsPass(replica, microBatch, dataGroups, window, batchSizes),
    ];
  }

  /** Begins `pass`: determines its drafts. */
  begin(pass: Pass): void {
    this.drafts = 0;
    for (let g = 0; g < pass.drafts!.length; g++) this.drafts = Math.max(this.drafts, pass.drafts![g]!);
    if (this.drafts === 0) return;
    for (const at of [0, 1] as const) {
      this.passes[at].take(pass);
      this.works[at].begin(this.passes[at]);
    }
  }
}
