import { bytesOf, precisionsOf } from "@tokenyard/model";
import type { Execution, Load, WeightPart } from "@tokenyard/numerics";
import { keptOnStages, type Plan, weightBytesOf } from "@tokenyard/placement";
import type { Scenario } from "@tokenyard/scenario";

/** Bytes on a rank, counted and priced: of the rank where they differ most, or else of the fullest. */
export interface Held {
  readonly counted: number;
  readonly priced: number;
  /** Number of ranks whose counted bytes differ from the priced ones. */
  readonly wrong: number;
}

/** Weights of every rank against `weightBytesOf`. */
export function heldWeights(scenario: Scenario, plan: Plan, { ranks }: Execution): Held {
  const priced = weightBytesOf(scenario, plan);
  const formats = precisionsOf(scenario.model);
  return fullest(
    ranks.flatMap((stages) =>
      stages.flatMap((own, stage) =>
        own.map(({ weights, local }) => {
          const parts = Object.entries(weights.counts) as [WeightPart, number][];
          const counted = parts.reduce((sum, [part, count]) => sum + count * bytesOf(formats[part]), 0);
          return { counted, priced: priced[stage * plan.expert + Math.floor(local / plan.tensor)]! };
        }),
      ),
    ),
  );
}

/** Rows of caches on every rank compared with those that tokens add there, and windows keep. */
export function heldCaches(scenario: Scenario, plan: Plan, { ranks }: Execution, { prompts, outputs }: Load): Held {
  const kept = keptOnStages(scenario, plan);
  const bytes = bytesOf(precisionsOf(scenario.model).kvCache);
  return fullest(
    ranks.flatMap((stages, replica) =>
      stages.flatMap((own, stage) =>
        own.map(({ caches, local }) => {
          let counted = 0;
          for (const ofLayer of caches.values()) for (const { rows, width } of ofLayer.values()) counted += rows * width * bytes;
          const group = Math.floor(local / plan.attentionTensor);
          const { token, windows } = kept[stage]!;
          let priced = 0;
          for (const [sequence, prompt] of prompts.entries()) {
            if (sequence % plan.replicas !== replica || Math.floor(sequence / plan.replicas) % plan.dataGroups !== group) continue;
            const tokens = prompt + outputs - 1;
            priced += token * tokens;
            for (const window of windows) priced += window.token * Math.min(tokens, window.tokens);
          }
          return { counted, priced };
        }),
      ),
    ),
  );
}

function fullest(all: readonly { readonly counted: number; readonly priced: number }[]): Held {
  const isWrong = ({ counted, priced }: (typeof all)[number]) => Math.abs(counted - priced) > 1e-9 * Math.max(1, priced);
  const wrong = all.filter(isWrong);
  const shown = (wrong.length > 0 ? wrong : all).reduce((most, each) => (each.priced > most.priced ? each : most));
  return { ...shown, wrong: wrong.length };
}
