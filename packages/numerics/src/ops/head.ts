import type { Stage } from "../stage.ts";
import { makeWhole, settle } from "../sums/settle.ts";
import type { Visit } from "../visit.ts";
import { normed } from "./norm.ts";

/** Logits of the rank's shard of the vocabulary, for the tokens that yield an output. */
export function head(stage: Stage, visit: Visit): void {
  settle(stage, visit);
  makeWhole(stage, visit);
  const { rank, tokens, residual } = visit;
  const { width, formats } = stage;
  const matrix = rank.weights.head!;
  const rows = new Float64Array(tokens.yields.length * width);
  for (const [i, row] of tokens.yields.entries()) rows.set(normed(residual, width, row, row + 1), i * width);
  formats.handOn(rows);
  visit.logits = formats.product(rows, tokens.yields.length, matrix, "head");
  rank.multiplyAdds += tokens.yields.length * matrix.inFeatures * matrix.outFeatures;
}
