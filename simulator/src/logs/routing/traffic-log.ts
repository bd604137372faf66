import { layerKinds, Pass, PHASES, type Phase } from "@tokenyard/model";
import { switchesDispatch } from "@tokenyard/placement";
import { ExpertLoad, type StageLinks, splitTokens } from "@tokenyard/program";
import type { TrafficColumns } from "@tokenyard/report";
import type { Gate } from "../../experts/gate.ts";
import { areLayersAlike } from "../../inputs/alike-layers.ts";
import type { PoolSetup } from "../../inputs/setup.ts";
import { splitsByLoad } from "../../micro-batches/micro-batches.ts";
import { PassWork } from "../../micro-batches/pass-work.ts";
import { Crossings } from "./crossings.ts";
import { DealtTokens } from "./dealt-tokens.ts";
import { RankBytes } from "./rank-bytes.ts";
import type { RoutedLoad } from "./routed-load.ts";
import { SentRows, type SentTokens } from "./sent-rows.ts";

/** Pairs of ranks that are reported. */
export const HOTTEST = 10;

/** Traffic between sources and experts' ranks of each stage, in tokens or copies, in both directions; reported in bytes at the end. */
export class TrafficLog {
  readonly #spec: PoolSetup;
  readonly #links: readonly StageLinks[];
  /** [replicas × stages] */
  readonly #sent: (SentRows | undefined)[];
  /** [replicas × stages] drawn of all sources at once, by the tokens of each data group that they are */
  readonly #dealt: readonly Map<Float64Array, DealtTokens>[];
  /** Crossings of a gate that draws. */
  readonly #crossings: Crossings | undefined;
  readonly #gate: Gate;
  /**
   * Sent tokens of each data group, if all layers send the same [replicas × stages × phases][data groups]; reported as if all had been sent
   * at once.
   */
  readonly #even: (Float64Array | undefined)[] | undefined;
  /** Whether phases send in different ways; else all count as of the first. */
  readonly #isByPhase: boolean;

  constructor(setup: PoolSetup, links: readonly StageLinks[], gate: Gate) {
    const { scenario, plan } = setup;
    this.#spec = setup;
    this.#links = links;
    this.#gate = gate;
    this.#sent = links.map(() => undefined);
    this.#dealt = links.map(() => new Map());
    if (setup.router?.draws) this.#crossings = new Crossings(plan, links, scenario.model.layers, scenario.model.experts!.count);
    if (areLayersAlike(setup)) this.#even = links.flatMap(() => PHASES.map(() => undefined));
    this.#isByPhase = switchesDispatch(plan);
  }

  /** A pass has routed its tokens to the experts of `layer`, on stage number `stage`, as `load` has it. */
  add(stage: number, phase: Phase, layer: number, load: RoutedLoad): void {
    if (this.#even !== undefined) {
      this.addEven(stage, phase, this.#homesOf(load.tokens), 1);
      return;
    }
    this.#sent[stage] ??= new SentRows(this.#spec.plan.sources);
    this.#sent[stage]!.add(load.arrivals(), load.arrivalLists());
    this.#crossings?.add(stage, layer, load);
  }

  /** Passes have routed their `tokens` [data groups] as `load` has it for them as one source, each source in proportion to its own. */
  addDealt(stage: number, layer: number, load: RoutedLoad, tokens: Float64Array): void {
    const arrivals = load.arrivals();
    const known = this.#dealt[stage]!;
    const dealt = known.get(tokens) ?? new DealtTokens(this.#sharesOf(tokens), arrivals.length);
    known.set(tokens, dealt);
    dealt.add(arrivals);
    this.#crossings?.addDealt(stage, layer, load, dealt.shares);
  }

  /** [sources] each source's share of all `tokens` [data groups] */
  #sharesOf(tokens: Float64Array): Float64Array {
    const { sources, dataGroups } = this.#spec.plan;
    const shares = new Float64Array(sources);
    splitTokens(tokens, sources / dataGroups, shares);
    const all = shares.reduce((sum, own) => sum + own, 0);
    return shares.map((own) => own / all);
  }

  /** Tokens of each data group, of those of each source. */
  #homesOf(tokens: ArrayLike<number>): ArrayLike<number> {
    const { sources, dataGroups } = this.#spec.plan;
    if (sources === dataGroups) return tokens;
    const homes = new Float64Array(dataGroups);
    for (let s = 0; s < sources; s++) homes[Math.floor((s * dataGroups) / sources)]! += tokens[s]!;
    return homes;
  }

  /** Adds `times` layers of passes that each sent `tokens` [data groups], if all layers send the same. */
  addEven(stage: number, phase: Phase, tokens: ArrayLike<number>, times: number): void {
    if (this.#even === undefined) return;
    const at = stage * PHASES.length + (this.#isByPhase ? phase : 0);
    this.#even[at] ??= new Float64Array(tokens.length);
    const sum = this.#even[at]!;
    for (let g = 0; g < sum.length; g++) sum[g] = sum[g]! + tokens[g]! * times;
  }

  /** Nodes are numbered within the pool, ranks from its first on. */
  columns(): TrafficColumns {
    const { plan, firstRank } = this.#spec;
    const { ranksPerStage, gpusPerNode } = plan;
    const nodes = new Float64Array(plan.nodes * plan.nodes);
    const hottest: { from: number; to: number; bytes: number }[] = [];
    let sameRank = 0;
    for (let stage = 0; stage < this.#links.length; stage++) {
      const sent = this.#sentBy(stage);
      if (sent.length === 0) continue;
      const bytesOf = new RankBytes(this.#spec, this.#links[stage]!, sent);
      const first = this.#links[stage]!.firstRank;
      for (let from = 0; from < ranksPerStage; from++) {
        const row = Math.floor((first + from) / gpusPerNode) * plan.nodes;
        const sentTo = bytesOf.from(from);
        for (let to = 0; to < ranksPerStage; to++) {
          const bytes = sentTo[to]!;
          if (bytes === 0) continue;
          nodes[row + Math.floor((first + to) / gpusPerNode)]! += bytes;
          if (from === to) sameRank += bytes;
          else keepHottest(hottest, firstRank + first + from, firstRank + first + to, bytes);
        }
      }
    }
    return { sameRank, nodes, hottest, looked: 0, crossed: 0, crossedAware: 0, ...this.#crossings?.columns() };
  }

  /** Tokens or copies that stage number `stage` has sent. */
  #sentBy(stage: number): SentTokens[] {
    const even = PHASES.flatMap((_, phase) => {
      const tokens = this.#even?.[stage * PHASES.length + phase];
      return tokens === undefined ? [] : [this.#arrivalsOf(tokens, stage, phase as Phase)];
    });
    const sent = this.#sent[stage];
    return [...even, ...(sent === undefined ? [] : [sent]), ...this.#dealt[stage]!.values()];
  }

  /** Arrivals of `tokens` [data groups] that reach a layer with experts at once. */
  #arrivalsOf(tokens: Float64Array, stage: number, phase: Phase): SentRows {
    const { scenario, plan, streams } = this.#spec;
    const work = new PassWork();
    work.scheduled = new Pass(0, 0, plan.dataGroups);
    work.scheduled.phase = phase;
    work.scheduled.rows = tokens;
    work.load = new ExpertLoad(plan.sources, scenario.model.experts!, plan.ranksPerStage, plan.sources / plan.dataGroups);
    if (splitsByLoad(scenario)) work.load.splitByLoad();
    const unused = streams.fresh("routing/even"); // nothing is drawn
    work.draws = { routing: unused, overflow: unused };
    this.#gate.draw(layerKinds(scenario.model).indexOf("moe"), stage, work);
    const sent = new SentRows(plan.sources);
    sent.add(work.load.arrivals(), work.load.arrivalLists());
    return sent;
  }
}

/** Keeps the pairs with most bytes, the most first; of equals the one that came first. */
function keepHottest(hottest: { from: number; to: number; bytes: number }[], from: number, to: number, bytes: number): void {
  const whole = Math.round(bytes);
  let place = hottest.length;
  while (place > 0 && Math.round(hottest[place - 1]!.bytes) < whole) place--;
  if (place === HOTTEST) return;
  hottest.splice(place, 0, { from, to, bytes });
  if (hottest.length > HOTTEST) hottest.pop();
}
