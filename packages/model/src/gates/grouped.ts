import { multinomial, type Stream, type Streams } from "@tokenyard/random";
import type { GateSpec, ModelSpec, Problem } from "@tokenyard/scenario";
import { ExpertChoice } from "../draws/expert-choice.ts";
import type { Lists } from "../draws/lists.ts";
import { PopularityRouter } from "../draws/popularity-router.ts";
import { type SpreadRatios, spreadRatios } from "../draws/spread-ratios.ts";
import type { TokenRouter } from "../draws/token-router.ts";
import { clearVisits, createVisits, type ExpertPlaces, type Visits } from "../draws/visits.ts";
import { GroupSums } from "./group-sums.ts";
import { lognormalWeights } from "./lognormal.ts";

type GroupedSpec = Extract<GateSpec, { kind: "grouped" }>;

const MOST_SETS = 1000; // of groups, each with a choice of experts of its own

/** Token router of a gate that chooses some groups of experts first, and then a token's experts within them, as DeepSeek's models do. */
export function groupedGate(model: ModelSpec, gate: GroupedSpec, streams: Streams): TokenRouter {
  const { count = 0, topK = 0 } = model.experts ?? {};
  const layerOf = (name: string) => new GroupedChoice(lognormalWeights(streams.stream(name), count, gate.sigma ?? 0), topK, gate);
  const first = gate.shared || !gate.sigma ? layerOf("routing/popularity") : undefined;
  const choices = Array.from({ length: model.layers }, (_, layer) => first ?? layerOf(`routing/popularity/${layer}`));
  return new PopularityRouter("grouped", choices);
}

/** Groups that do not fit the experts, or too many ways to take them. */
export function groupedProblems({ experts }: ModelSpec, { groups, limit }: GroupedSpec): Problem[] {
  if (experts === undefined) return [];
  const problem = (key: string, given: number, wanted: string): Problem => ({
    path: ["routing", "gate", key],
    given: String(given),
    wanted,
  });
  const { count, topK } = experts;
  if (count % groups !== 0) return [problem("groups", groups, `a divisor of ${count} experts`)];
  const least = Math.ceil(topK / (count / groups));
  if (limit > groups) return [problem("limit", limit, `at most ${groups}, the groups that there are`)];
  if (limit < least)
    return [problem("limit", limit, `at least ${least}: a token visits ${topK} experts, and a group has ${count / groups}`)];
  const sets = setsOf(groups, limit);
  return sets <= MOST_SETS
    ? []
    : [problem("groups", groups, `fewer: ${limit} of ${groups} can be taken in ${sets} ways, and at most ${MOST_SETS} are worked out`)];
}

/** Number of ways to choose `limit` of the groups. */
export function setsOf(groups: number, limit: number): number {
  let sets = 1;
  for (let i = 1; i <= limit; i++) sets = (sets * (groups - limit + i)) / i;
  return Math.round(sets);
}

/** Groups of which a token chooses `limit`, before it chooses experts in them. */
interface GroupSet {
  /** Their experts. */
  readonly members: Int32Array;
  readonly choice: ExpertChoice;
  readonly copies: Float64Array; // [members]
  readonly visits: WeakMap<ExpertPlaces, Visits>; // experts that move leave places behind
}

/**
 * Counts of tokens that each choose a set of groups M with P(M) ∝ Π of their weights' sums, and then a set of topK experts of these groups
 * with P(S) ∝ Π weight. Drawn exactly: a multinomial number of the tokens chooses each set of groups. Source:
 * docs/models/routing.md#routing.
 */
export class GroupedChoice {
  readonly #experts: number;
  readonly #topK: number;
  readonly #sets: readonly GroupSet[];
  readonly #chances: Float64Array; // [sets]
  readonly #tokens: Float64Array; // [sets]
  #shares: Float64Array | undefined;
  readonly #sums: () => GroupSums;
  readonly #spreads = new WeakMap<ExpertPlaces, SpreadRatios>();

  /** `weights` [experts] add up to 1; groups divide them. */
  constructor(weights: Float64Array, topK: number, { groups, limit }: { readonly groups: number; readonly limit: number }) {
    const ofGroup = weights.length / groups;
    const sumOf = (g: number) => weights.subarray(g * ofGroup, (g + 1) * ofGroup).reduce((sum, weight) => sum + weight, 0);
    const sums = Array.from({ length: groups }, (_, g) => sumOf(g));
    const taken = setsBySize(groups, limit);
    this.#experts = weights.length;
    this.#chances = Float64Array.from(taken, (set) => set.reduce((product, g) => product * sums[g]! * groups, 1));
    const all = this.#chances.reduce((sum, chance) => sum + chance, 0);
    this.#chances = this.#chances.map((chance) => chance / all);
    this.#tokens = new Float64Array(taken.length);
    this.#topK = topK;
    this.#sums = () => new GroupSums(weights, topK, groups, limit, this.#chances);
    this.#sets = taken.map((set) => {
      const members = Int32Array.from(set.flatMap((g) => Array.from({ length: ofGroup }, (_, i) => g * ofGroup + i)));
      const own = Float64Array.from(members, (x) => weights[x]!);
      const sum = own.reduce((total, weight) => total + weight, 0);
      const choice = new ExpertChoice(
        own.map((weight) => weight / sum),
        topK,
      );
      return { members, choice, copies: new Float64Array(members.length), visits: new WeakMap() };
    });
  }

  /** Same contract as `ExpertChoice.count`. */
  count(tokens: number, stream: Stream, out: Float64Array, source: number, visits?: Visits, lists?: Lists): void {
    const offset = source * this.#experts;
    if (lists === undefined) out.fill(0, offset, offset + this.#experts);
    else lists.clear(source, out);
    const ranks = visits?.places.nodeOf.length ?? 0;
    const nodes = visits?.places.nodes ?? 0;
    if (visits !== undefined) clearVisits(visits, source);
    if (tokens === 0) return;
    multinomial(stream, tokens, this.#chances, this.#tokens);
    for (let s = 0; s < this.#sets.length; s++) {
      if (this.#tokens[s] === 0) continue;
      const set = this.#sets[s]!;
      const own = visits && visitsOf(set, visits.places);
      set.choice.count(this.#tokens[s]!, stream, set.copies, 0, own);
      for (let i = 0; i < set.members.length; i++) out[offset + set.members[i]!]! += set.copies[i]!;
      if (own === undefined) continue;
      for (let rank = 0; rank < ranks; rank++) visits!.toRanks[source * ranks + rank]! += own.toRanks[rank]!;
      for (let node = 0; node < nodes; node++) visits!.toNodes[source * nodes + node]! += own.toNodes[node]!;
    }
    lists?.look(source, out);
    visits?.ranks.look(source, visits.toRanks);
  }

  /** Share of all copies that each expert gets in the mean [experts]; the same array each time. */
  shares(): Float64Array {
    if (this.#shares !== undefined) return this.#shares;
    const shares = new Float64Array(this.#experts);
    for (const [s, { members, choice }] of this.#sets.entries()) {
      const own = choice.shares();
      for (const [i, x] of members.entries()) shares[x]! += this.#chances[s]! * own[i]!;
    }
    this.#shares = shares;
    return shares;
  }

  /** Visits of `places` relative to copies that each come with the same chance: copies of a token are close together, as its groups are. */
  spread(places: ExpertPlaces): SpreadRatios | undefined {
    const known = this.#spreads.get(places);
    if (known !== undefined || places.slots === undefined) return known;
    const sums = this.#sums();
    const ratios = spreadRatios(places, this.shares(), this.#topK, (place) => sums.coming(place))!;
    this.#spreads.set(places, ratios);
    return ratios;
  }
}

/** Visits of one source whose tokens take the experts of `set`. */
function visitsOf({ members, visits }: GroupSet, places: ExpertPlaces): Visits {
  const known = visits.get(places) ?? createVisits(1, { ...places, rankOf: Int32Array.from(members, (x) => places.rankOf[x]!) });
  visits.set(places, known);
  return known;
}

function setsBySize(groups: number, size: number, first = 0): number[][] {
  if (size === 0) return [[]];
  const sets: number[][] = [];
  for (let g = first; g <= groups - size; g++) for (const rest of setsBySize(groups, size - 1, g + 1)) sets.push([g, ...rest]);
  return sets;
}
