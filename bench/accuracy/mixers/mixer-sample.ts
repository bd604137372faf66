import type { MixerFit } from "@tokenyard/cluster";
import type { AttentionShape, LinearShape, Recurrence, ScanShape, SparseBlock } from "@tokenyard/model";
import type { Library, Precision } from "@tokenyard/scenario";
import type { Half } from "../half.ts";

/** A measured kernel of a mixer with a state, or a measured block of kernels of one that sees a part of the context. */
export interface MixerSample {
  readonly kind: MixerFit["kind"];
  /** The recurrence or block that was measured. */
  readonly of: Recurrence | SparseBlock;
  readonly gpu: string;
  readonly library: Library;
  readonly half: Half;
  readonly seconds: number;
  /** Sizes that do not grow with the load. */
  readonly sizes: string;
  readonly shapes: readonly (ScanShape | AttentionShape)[];
  /** For a block, its products with matrices, the format of their weights and that of the cache. */
  readonly products?: readonly LinearShape[];
  readonly weights?: Precision;
  readonly cache?: Precision;
  /** True if the library runs another kernel for few heads. */
  readonly isOfFew?: boolean;
}
