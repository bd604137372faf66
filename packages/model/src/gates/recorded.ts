import type { Stream } from "@tokenyard/random";
import type { GateSpec, ModelSpec, Problem } from "@tokenyard/scenario";
import { copyWeights } from "../draws/copy-weights.ts";
import { ExpertChoice } from "../draws/expert-choice.ts";
import type { Lists } from "../draws/lists.ts";
import { PopularityRouter } from "../draws/popularity-router.ts";
import type { TokenRouter } from "../draws/token-router.ts";
import type { Visits } from "../draws/visits.ts";
import { layerKinds } from "../layers/layer.ts";

type RecordedGate = Extract<GateSpec, { kind: "recorded" }>;

/**
 * The experts' expected copies are in the proportions that were recorded of each layer, from the instant of each later table on in that one's. Nothing is
 * drawn before the run.
 */
export function recordedGate(model: ModelSpec, gate: RecordedGate): TokenRouter {
  const first = routerOf(model, gate.file.rows);
  if (gate.later === undefined) return first;
  return new RecordedRouter([
    { fromNs: 0, router: first },
    ...gate.later.toSorted((a, b) => a.at - b.at).map(({ at, file }) => ({ fromNs: at * 1e9, router: routerOf(model, file.rows) })),
  ]);
}

function routerOf(model: ModelSpec, table: readonly (readonly number[])[]): PopularityRouter {
  const { topK = 0 } = model.experts ?? {};
  const rows = table.values();
  const choices = layerKinds(model).map((kind) =>
    kind === "moe" ? new ExpertChoice(copyWeights(rows.next().value ?? [], topK), topK) : undefined,
  );
  return new PopularityRouter("recorded", choices);
}

/** One table after another. */
class RecordedRouter implements TokenRouter {
  readonly kind = "recorded";
  readonly draws = true;
  /** The first from 0 on, instants rising. */
  readonly #tables: readonly { readonly fromNs: number; readonly router: PopularityRouter }[];
  #router: PopularityRouter;

  constructor(tables: readonly { readonly fromNs: number; readonly router: PopularityRouter }[]) {
    this.#tables = tables;
    this.#router = tables[0]!.router;
  }

  advance(nowNs: number): void {
    this.#router = this.#tables.findLast(({ fromNs }) => fromNs <= nowNs)!.router;
  }

  shares(layer: number): Float64Array | undefined {
    return this.#router.shares(layer);
  }

  route(layer: number, tokens: ArrayLike<number>, stream: Stream, out: Float64Array, visits?: Visits, lists?: Lists): void {
    this.#router.route(layer, tokens, stream, out, visits, lists);
  }
}

/** Contradictions between a record and the model: rows against layers, numbers against experts, experts with copies against topK. */
export function recordedProblems(model: ModelSpec, gate: RecordedGate): Problem[] {
  const problems = (gate.later ?? []).flatMap(({ file }, i) => tableProblems(model, file.rows, ["later", i, "file"]));
  return [...tableProblems(model, gate.file.rows, ["file"]), ...problems];
}

function tableProblems(model: ModelSpec, rows: readonly (readonly number[])[], at: readonly (string | number)[]): Problem[] {
  if (model.experts === undefined) return [];
  const { count, topK } = model.experts;
  const layers = layerKinds(model).filter((kind) => kind === "moe").length;
  const problem = (path: readonly (string | number)[], given: string, wanted: string): Problem => ({
    path: ["routing", "gate", ...at, "rows", ...path],
    given,
    wanted,
  });

  if (rows.length !== layers) {
    const surplus = rows.length > layers ? [layers] : [];
    return [problem(surplus, `${rows.length} rows`, `${layers} rows, one for each layer with experts`)];
  }
  const odd = rows.findIndex((row) => row.length !== count); // of more that differ the first is enough to report
  if (odd !== -1) return [problem([odd], `${rows[odd]!.length} numbers`, `${count}, one for each expert`)];
  return rows.flatMap((row, i) => {
    const visited = row.filter((copies) => copies > 0).length;
    return visited >= topK
      ? []
      : [problem([i], `${visited} experts with copies`, `at least ${topK}: a token visits ${topK} different ones`)];
  });
}
