import type { Draft, Pass } from "@tokenyard/model";
import type { BatchId, BatchSizes } from "@tokenyard/serving";
import { FirstDraftPass, NextDraftsPass } from "./draft-pass.ts";
import type { PassWork } from "./pass-work.ts";
import { PathPass } from "./path-pass.ts";

/** The passes of a draft after each pass of a micro-batch. */
export class Drafting {
  /** Work of the first pass, and of later ones. */
  readonly works: readonly [PassWork, PassWork];
  readonly passes: readonly [FirstDraftPass, NextDraftsPass];
  /** Drafts after the current pass. */
  drafts = 0;
  /** View of passes that verify trees, one path of each, for the draft. */
  readonly #paths: PathPass | undefined;

  /** `window`: tokens that windowed columns see. */
  constructor(
    works: readonly [PassWork, PassWork],
    { replica, microBatch }: BatchId,
    dataGroups: number,
    { isParallel, tree }: Draft,
    window: number,
    batchSizes: BatchSizes | undefined,
  ) {
    this.works = works;
    this.#paths = tree && new PathPass(replica, microBatch, dataGroups, tree.verified, tree.depth + 1);
    this.passes = [
      new FirstDraftPass(replica, microBatch, dataGroups, isParallel),
      new NextDraftsPass(replica, microBatch, dataGroups, window, batchSizes, tree?.width ?? 1),
    ];
  }

  /** Begins `pass`: determines its drafts. */
  begin(pass: Pass): void {
    this.drafts = 0;
    for (let g = 0; g < pass.drafts!.length; g++) this.drafts = Math.max(this.drafts, pass.drafts![g]!);
    if (this.drafts === 0) return;
    const seen = this.#paths?.take(pass) ?? pass;
    for (const at of [0, 1] as const) {
      this.passes[at].take(seen);
      this.works[at].begin(this.passes[at]);
    }
  }
}
