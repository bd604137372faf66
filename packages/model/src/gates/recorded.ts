import type { GateSpec, ModelSpec, Problem } from "@tokenyard/scenario";
import { copyWeights } from "../copy-weights.ts";
import { ExpertChoice } from "../expert-choice.ts";
import { layerKinds } from "../layer.ts";
import { PopularityRouter } from "../popularity-router.ts";
import type { TokenRouter } from "../token-router.ts";

type RecordedGate = Extract<GateSpec, { kind: "recorded" }>;

/** The experts' expected copies are in the proportions that were recorded of each layer. Nothing is drawn before the run. */
export function recordedGate(model: ModelSpec, gate: RecordedGate): TokenRouter {
  const { topK = 0 } = model.experts ?? {};
  const rows = gate.file.rows.values();
  const choices = layerKinds(model).map((kind) =>
    kind === "moe" ? new ExpertChoice(copyWeights(rows.next().value ?? [], topK), topK) : undefined,
  );
  return new PopularityRouter("recorded", choices);
}

/** What a record and the model contradict in each other: rows against layers, numbers against experts, experts with copies against topK. */
export function recordedProblems(model: ModelSpec, gate: RecordedGate): Problem[] {
  if (model.experts === undefined) return [];
  const { rows } = gate.file;
  const { count, topK } = model.experts;
  const layers = layerKinds(model).filter((kind) => kind === "moe").length;
  const problem = (path: readonly (string | number)[], given: string, wanted: string): Problem => ({
    path: ["routing", "gate", "file", "rows", ...path],
    given,
    wanted,
  });

  if (rows.length !== layers) {
    const surplus = rows.length > layers ? [layers] : [];
    return [problem(surplus, `${rows.length} rows`, `${layers} rows, one for each layer with experts`)];
  }
  const odd = rows.findIndex((row) => row.length !== count); // of more that differ the first is enough to tell
  if (odd !== -1) return [problem([odd], `${rows[odd]!.length} numbers`, `${count}, one for each expert`)];
  return rows.flatMap((row, i) => {
    const visited = row.filter((copies) => copies > 0).length;
    return visited >= topK
      ? []
      : [problem([i], `${visited} experts with copies`, `at least ${topK}: a token visits ${topK} different ones`)];
  });
}
