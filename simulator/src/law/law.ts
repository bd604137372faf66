import { DealtRouter, layerKinds, PHASES, type Phase } from "@tokenyard/model";
import { type ExpertPlacement, switchesDispatch } from "@tokenyard/placement";
import { isOfDraft, PickedTokens, type StageLinks, suitsPicks } from "@tokenyard/program";
import { Streams } from "@tokenyard/random";
import { mostVerifiedOf } from "@tokenyard/scenario";
import { Gate } from "../experts/gate.ts";
import type { PoolSetup } from "../inputs/setup.ts";
import { KeptDraws } from "../law-tables/kept-draws.ts";
import { LawNodes } from "../law-tables/law-nodes.ts";
import type { PassTape } from "../programs/pass-tape.ts";
import type { Stage } from "../stages/stage.ts";
import { NumberedRouter } from "./draws/numbered-router.ts";
import { type CheckedLaw, LawCheck } from "./law-check.ts";
import { type DrawnBy, type DrawParts, LawDraw } from "./law-draw.ts";
import { drawsKey, lawKey, partsDigest } from "./law-key.ts";
import { LawNoise } from "./law-noise.ts";
import { LawProgram } from "./law-program.ts";
import { LawRows } from "./law-rows.ts";
import { LawTable, type TableLayers, type TableParts } from "./law-table.ts";
import { LawTotals } from "./law-totals.ts";

/** How sure the routed times of a run by the law are, in shares of them. */
export interface LawOutcome {
  readonly standardError: number;
  readonly check: CheckedLaw | undefined;
}

/** The law of uneven experts in a pool: its tables, which like stages have in common. Source: docs/models/routing.md#uneven-experts-by-a-law. */
export class Law {
  readonly noise: LawNoise;
  readonly #setup: PoolSetup;
  readonly #parts: DrawParts;
  readonly #links: readonly StageLinks[];
  /** Draws all tokens of a pass at once and deals them to sources; if experts have several slots, token by token, as the run does. */
  readonly #dealt: DrawnBy;
  /** Totals, if no expert has copies. */
  readonly #totals: LawTotals | undefined;
  readonly #check = new LawCheck();
  readonly #tables = new Map<string, LawTable>();
  readonly #programs: LawProgram[] = [];
  /** If tables are shared: digest of the parts of the scenario that they depend on, and the nodes of each by its key. */
  #digest: string | undefined;
  readonly #shared = new Map<string, LawNodes>();

  constructor(setup: PoolSetup, parts: DrawParts, links: readonly StageLinks[]) {
    this.noise = new LawNoise(setup.streams);
    this.#setup = setup;
    this.#parts = parts;
    this.#links = links;
    if (hasCopies(setup)) {
      this.#dealt = { gate: new Gate(setup, links) };
      return;
    }
    this.#totals = new LawTotals(parts.gate, setup.scenario.model);
    const kept = setup.lawTables?.draws(drawsKey(setup)) ?? new KeptDraws();
    const numbered = new NumberedRouter(setup.router!, kept, new Streams(setup.scenario.seed).under("routing/law"));
    const router = new DealtRouter(numbered, setup.scenario.model.experts!.count);
    this.#dealt = { gate: new Gate({ ...setup, router }, links), numbered };
  }

  /** Program by the law for what runs on `stage` as it is now; undefined if it routes nothing. */
  programOf(stage: Stage, tape: PassTape): LawProgram | undefined {
    const { plan, network, streams } = this.#setup;
    const { ranks, position, firstRank, id } = stage.spec;
    const rows = new LawRows(tape, ranks, this.#parts.withBytes);
    const layers = [...new Set(tape.ops.flatMap((op) => (op.work === "gate" && !isOfDraft(op) ? [op.layer] : [])))];
    if (rows.rows.length === 0 || layers.length === 0) return undefined;
    const drawOf = (by: DrawnBy) => new LawDraw(this.#parts, by, stage, rows, plan.dataGroups);
    const picked = suitsPicks(plan) && isPicked(rows) ? new PickedTokens({ plan, network, links: this.#links }, id) : undefined;
    const exact = drawOf({ gate: this.#parts.gate, picked });
    const dealt = drawOf(this.#dealt);
    const isOnNode = Math.floor(firstRank / plan.gpusPerNode) === Math.floor((firstRank + ranks - 1) / plan.gpusPerNode);
    const draw = isOnNode ? dealt : exact; // traffic of single sources over the fabric varies, and the fullest port counts
    const name = `routing/law/${position}/${layers[0]!}`;
    const place = `${name}/${firstRank % plan.gpusPerNode}/${stage.shape?.key ?? ""}`;
    const known = this.#tables;
    const tableOf = (phase: Phase): LawTable => {
      const key = `${place}/${phase}`;
      const given = {
        layers: this.#layersOf(layers, id),
        rows,
        draw,
        phase,
        streams: streams.under(`${name}/${phase}`),
        steadyTokens: steadyTokens(this.#setup),
      };
      const made = known.get(key) ?? new LawTable({ ...given, known: this.#nodesOf(key, id, given) });
      known.set(key, made);
      return made;
    };
    const isByPhase = switchesDispatch(plan) || this.#parts.costs.promptKernels > 1; // else both phases take the same
    const tables = PHASES.map((_, phase) => tableOf(isByPhase ? (phase as Phase) : 0));
    const totals = this.#totals;
    const program = new LawProgram({
      parts: this.#parts,
      stage,
      rows,
      draw: dealt,
      exact,
      totals,
      tables,
      check: this.#check,
      seedName: name,
    });
    this.#programs.push(program);
    return program;
  }

  /** Outcome, to be called at the end; undefined if no pass followed the law. */
  outcome(): LawOutcome | undefined {
    let sumNs = 0;
    let errorNs = 0; // stages and phases may have draws in common: their errors add up
    for (const { errors } of this.#programs) {
      for (const error of errors) {
        sumNs += error.sumNs;
        errorNs += Math.sqrt(error.variance);
      }
    }
    return sumNs === 0 ? undefined : { standardError: errorNs / sumNs, check: this.#check.outcome() };
  }

  /** Ends the passes and leaves the nodes of tables to other runs. */
  close(): void {
    for (const [key, nodes] of this.#shared) this.#setup.lawTables!.keep(key, nodes);
  }

  /** The nodes that are known of the table at `place` of stage number `stage`. */
  #nodesOf(place: string, stage: number, given: Omit<TableParts, "known">): LawNodes {
    const { lawTables, router, plan } = this.#setup;
    if (lawTables === undefined) return new LawNodes();
    this.#digest ??= partsDigest(this.#setup);
    const placement = this.#parts.gate.survivingOf(stage) ?? plan.expertPlacement;
    const key = lawKey({ ...given, parts: this.#digest, place, layers: given.layers.layers, router, placement });
    const nodes = lawTables.open(key);
    this.#shared.set(key, nodes);
    return nodes;
  }

  #layersOf(layers: readonly number[], stage: number): TableLayers {
    const { router, plan } = this.#setup;
    const placement = this.#parts.gate.survivingOf(stage) ?? plan.expertPlacement;
    return { layers, areAlike: layers.every((layer) => layer === layers[0] || areAlike(layer, layers[0]!, router, placement)) };
  }
}

/** Whether a draw only needs sums by expert, and traffic through ports. */
function isPicked({ rows }: LawRows): boolean {
  return rows.every(({ op: { work } }) => work === "experts" || work === "dispatch" || work === "combine");
}

/** Tokens that most passes compute: of a steady decode, those of all sequences of a replica's micro-batch. */
function steadyTokens({ scenario: { workload, serving }, plan }: PoolSetup): number[] {
  if (workload.kind !== "steady-decode") return [];
  const sequences = workload.sequences / (plan.replicas * plan.stages);
  const each = mostVerifiedOf(serving);
  return [...new Set([Math.floor(sequences) * each, Math.ceil(sequences) * each])];
}

/** Whether any expert has several slots. */
function hasCopies({ plan, scenario }: PoolSetup): boolean {
  return layerKinds(scenario.model).some((kind, layer) => kind === "moe" && plan.expertPlacement?.slots(layer).hasCopies === true);
}

/** Whether tokens choose experts alike in two layers with equal placements. */
function areAlike(layer: number, other: number, router: PoolSetup["router"], placement: ExpertPlacement | undefined): boolean {
  if (placement?.slots(layer) !== placement?.slots(other)) return false;
  const shares = router?.shares?.(layer);
  const others = router?.shares?.(other);
  if (shares === others) return true;
  return shares?.length === others?.length && shares!.every((share, x) => share === others![x]);
}
