import { groupsOf, type Plan, rankOf, visitsOnce } from "@tokenyard/placement";
import { ATTENTION, type Op, type Program, programOf, splitProgramOf } from "@tokenyard/program";
import type { Scenario } from "@tokenyard/scenario";
import type { Finding } from "./finding.ts";
import { EXACT, type Formats } from "./formats/formats.ts";
import { beginningsOf, checkHead } from "./half-checks.ts";
import { Host, type Load, type Piece, passesOf } from "./load.ts";
import { executorOf } from "./ops/table.ts";
import type { Observer, Stage } from "./stage.ts";
import { Collectives } from "./sums/collectives.ts";
import { tailOf } from "./sums/settle.ts";
import { toEnd } from "./to-end.ts";
import { Turns } from "./turns.ts";
import { type Rank, type Tokens, Visit } from "./visit.ts";
import { isExecuted, layerSpecs } from "./weights/layer-specs.ts";
import type { ModelWeights } from "./weights/model-weights.ts";
import { rankWeights } from "./weights/rank-weights.ts";
import { type Sent, Wire } from "./wire.ts";

/** An op as it was carried out. */
export interface Executed {
  readonly op: Op;
  readonly replica: number;
  /** 0 where the pass has prompts. */
  readonly phase: 0 | 1;
  readonly stage: Stage;
  readonly slice: number;
  /** Numbers that a rank sent to others of its node, and of other nodes. */
  readonly node: number;
  readonly fabric: number;
  /** Multiply-adds of all ranks of the stage together. */
  readonly multiplyAdds: number;
}

export interface ExecuteOptions {
  readonly observe?: Observer;
  /** Called after each op. */
  readonly executed?: (executed: Executed) => void;
  /** Formats that numbers are rounded to during the execution; none: double precision. Weights are used as given. */
  readonly formats?: Formats;
  /** Whether an op is left out. */
  readonly leavesOut?: (op: Op, stage: number, slice: number) => boolean;
  /** Whether an op waits for one rank less than it ought to: the last of each group. */
  readonly isShort?: (op: Op, stage: number, slice: number) => boolean;
}

export interface Execution {
  /** [sequences] prompt and outputs of each; empty ones of a model without a vocabulary */
  readonly tokens: readonly (readonly number[])[];
  readonly sent: readonly Sent[];
  readonly findings: readonly Finding[];
  /** Place where the first infinite or undefined number was computed; null if there is none or nothing was rounded. */
  readonly notFinite: string | null;
  /** Works of the list that are not executed yet, each with its layers. */
  readonly unverified: ReadonlyMap<string, ReadonlySet<number>>;
  /** [replicas][stages][ranks of the stage] */
  readonly ranks: readonly (readonly (readonly Rank[])[])[];
}

/** Programs of each stage and slice: the very lists that are priced; in two halves where they take turns. */
export function programsOf(scenario: Scenario, plan: Plan): readonly (readonly Program[])[] {
  const isSplit = scenario.serving.overlap.kind === "two-batch";
  return plan.slicesOfStage.map((slices, stage) =>
    slices.map(
      (_, slice) => (isSplit ? splitProgramOf(scenario, plan, stage, slice) : undefined) ?? programOf(scenario, plan, stage, slice),
    ),
  );
}

/** Most findings that are kept; the first ones name the cause. */
const MOST_FINDINGS = 1000;

/** Executes `programs` to their end. */
export function execute(...given: Parameters<typeof executing>): Execution {
  return toEnd(executing(...given));
}

/**
 * Executes `programs` with numbers: every rank has its own shards, and receives the rest only by ops. Yields 1 after each visit to a stage, and
 * for a pass without tokens how many it does not make.
 */
export function* executing(
  programs: readonly (readonly Program[])[],
  { scenario, plan }: { readonly scenario: Scenario; readonly plan: Plan },
  weights: ModelWeights,
  load: Load,
  options: ExecuteOptions = {},
): Generator<number, Execution, void> {
  const { model, cluster } = scenario;
  const wire = new Wire(plan.gpusPerNode);
  const { network } = cluster;
  const { formats = EXACT } = options;
  const inNode = network.kind === "two-tier" && network.allReduce === "one-shot" ? "one-shot" : "two-shot";
  const collectives = new Collectives(wire, inNode, formats);
  const findings: Finding[] = [];
  let notFinite: string | null = null;
  const unverified = new Map<string, Set<number>>();
  const width = model.hiddenSize;
  const host = new Host(load, weights, width);
  const ranks = Array.from({ length: plan.replicas }, (_, replica) =>
    Array.from({ length: plan.stages }, (_, stage) =>
      Array.from(
        { length: plan.ranksPerStage },
        (_, local): Rank => ({
          id: rankOf(plan, replica, stage, local),
          local,
          weights: rankWeights(weights, model, plan, stage, local),
          caches: new Map(),
          multiplyAdds: 0,
        }),
      ),
    ),
  );
  const common = {
    scenario,
    model,
    plan,
    specs: layerSpecs(model),
    formats,
    wire,
    collectives,
    width,
    stride: width + tailOf({ plan, model }),
    layerBefore: -1,
    observe: options.observe ?? (() => undefined),
    found: (finding: Finding) => {
      if (findings.length < MOST_FINDINGS) findings.push(finding);
    },
    notFinite: (where: string) => {
      notFinite ??= where;
    },
  };
  for (const pieces of passesOf(load)) {
    for (let replica = 0; replica < plan.replicas; replica++) {
      const groups = groupTokens(pieces, plan, replica, host);
      if (groups.every(({ count }) => count === 0)) {
        yield plan.stages * plan.interleave;
        continue;
      }
      const phase = pieces.some(({ to }, i) => to <= load.prompts[pieces[i]!.sequence]!) ? 0 : 1;
      let brought = Array.from({ length: plan.ranksPerStage }, (_, local): Float64Array | undefined => {
        const { count, sequence, position } = groups[Math.floor(local / plan.attentionTensor)]!;
        const rows = new Float64Array(count * width);
        for (let r = 0; r < count; r++) rows.set(host.row(sequence[r]!, position[r]!), r * width);
        formats.handOn(rows);
        return rows;
      });
      for (let slice = 0; slice < plan.interleave; slice++) {
        for (let position = 0; position < plan.stages; position++) {
          const visits = ranks[replica]![position]!.map((rank) => {
            const tokens = groups[Math.floor(rank.local / plan.attentionTensor)]!;
            return new Visit(
              rank,
              tokens,
              brought[rank.local] ?? missing(common, rank, (position + plan.stages - 1) % plan.stages, tokens.count),
            );
          });
          const program = programs[position]![slice]!;
          const environment = {
            ...common,
            position,
            phase,
            beginning: beginningsOf(program),
            visitsOnce: visitsOnce(plan, phase),
          } as const;
          const whole: Stage = { ...environment, visits, sent: [] };
          const isLast = position === plan.stages - 1 && slice === plan.interleave - 1;
          const turns = new Turns(whole, program, plan.slicesOfStage[position]![slice]!);
          for (const op of program.ops) {
            if (options.leavesOut?.(op, position, slice)) continue;
            carryOut(turns.of(op), op, { replica, phase, slice }, unverified, options);
          }
          turns.end();
          brought = Array.from({ length: plan.ranksPerStage }, (_, local) => whole.sent[local]);
          if (isLast) checkHead(whole);
          if (isLast)
            for (let at = 0; at < visits.length; at += plan.attentionTensor) host.take(visits.slice(at, at + plan.attentionTensor));
          yield 1;
        }
      }
    }
  }
  return { tokens: host.tokens, sent: wire.sent(), findings, notFinite, unverified, ranks };
}

function missing({ found, width }: Pick<Stage, "found" | "width">, rank: Rank, stage: number, count: number): Float64Array {
  found({ rank: rank.id, stage, layer: -1, work: "send", what: `no rows have come from stage ${stage}` });
  return new Float64Array(count * width);
}

function carryOut(
  stage: Stage,
  op: Op,
  at: Pick<Executed, "replica" | "phase" | "slice">,
  unverified: Map<string, Set<number>>,
  options: ExecuteOptions,
): void {
  const { visits, plan, wire, specs } = stage;
  const executor = executorOf(op.work);
  const isOtherMixer = op.kind === ATTENTION && !isExecuted(specs[op.layer]!.mixer);
  if (executor === "unverified" || isOtherMixer) {
    const name = isOtherMixer ? `${specs[op.layer]!.mixer.kind} mixer` : op.work;
    unverified.set(name, (unverified.get(name) ?? new Set()).add(op.layer));
  }
  if (executor === "unverified") return;
  for (const { rank } of visits) rank.multiplyAdds = 0;
  wire.begin(op.work);
  const { members, offsets } = groupsOf(plan, op.barrier);
  const isShort = options.isShort?.(op, stage.position, at.slice) ?? false;
  const groups = Array.from({ length: offsets.length - 1 }, (_, g) => {
    const all = Array.from(members.subarray(offsets[g], offsets[g + 1]), (local) => visits[local]!);
    return isShort && all.length > 1 ? all.slice(0, -1) : all;
  });
  executor(stage, groups, op);
  if (isOtherMixer) return;
  const multiplyAdds = visits.reduce((sum, { rank }) => sum + rank.multiplyAdds, 0);
  options.executed?.({ op, ...at, stage, node: wire.node, fabric: wire.fabric, multiplyAdds });
}

/** Tokens of each data group of a replica: sequences are dealt to replicas in turn, and among those to data groups. */
function groupTokens(pieces: readonly Piece[], plan: Plan, replica: number, host: Host): Tokens[] {
  return Array.from({ length: plan.dataGroups }, (_, group) => {
    const own = pieces.filter(
      ({ sequence }) => sequence % plan.replicas === replica && Math.floor(sequence / plan.replicas) % plan.dataGroups === group,
    );
    const tokens = own.flatMap(({ sequence, from, to }) => Array.from({ length: to - from }, (_, i) => ({ sequence, position: from + i })));
    let end = 0;
    const yields = own.flatMap(({ from, to, yields }) => {
      end += to - from;
      return yields ? [end - 1] : [];
    });
    return {
      count: tokens.length,
      id: Int32Array.from(tokens, ({ sequence, position }) => host.numbers.of(sequence, position)),
      sequence: Int32Array.from(tokens, ({ sequence }) => sequence),
      position: Int32Array.from(tokens, ({ position }) => position),
      yields,
    };
  });
}
