import type { Plan } from "@tokenyard/placement";
import type { Work } from "@tokenyard/program";
import type { ModelSpec, Scenario } from "@tokenyard/scenario";
import type { Finding } from "./finding.ts";
import type { Formats } from "./formats/formats.ts";
import type { Collectives } from "./sums/collectives.ts";
import type { PendingSum, Visit } from "./visit.ts";
import type { LayerSpec } from "./weights/layer-specs.ts";
import type { Wire } from "./wire.ts";

/** Sees rows of the residual as they become whole: `half` 0 after a mixer, 1 after a dense feed-forward, 2 after experts. */
export type Observer = (visit: Visit, layer: number, half: number, row: number, numbers: Float64Array, at: number) => void;

/** Environment of ops: the stage that a pass visits, and its observer. */
export interface Stage {
  readonly scenario: Scenario;
  readonly model: ModelSpec;
  readonly specs: readonly LayerSpec[];
  readonly plan: Plan;
  readonly position: number;
  /** 0 where the pass has prompts. */
  readonly phase: 0 | 1;
  /** [ranks of the stage] */
  readonly visits: readonly Visit[];
  readonly wire: Wire;
  readonly collectives: Collectives;
  readonly formats: Formats;
  /** Width of a row, and how many numbers it has with its digits. */
  readonly width: number;
  readonly stride: number;
  /** Whether a token is sent once to a rank and once to a node. */
  readonly visitsOnce: boolean;
  /** Layer that was settled last. */
  layerBefore: number;
  /** [ranks of the stage] rows that have left for the next */
  readonly sent: (Float64Array | undefined)[];
  /** The op with which a half of a layer begins. */
  readonly beginning: (layer: number, half: PendingSum["kind"]) => Work;
  readonly observe: Observer;
  readonly found: (finding: Finding) => void;
  /** Called with where a number was made that is infinite or none, of rounded ones. */
  readonly notFinite: (where: string) => void;
}
