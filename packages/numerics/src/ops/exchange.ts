import type { Stage } from "../stage.ts";
import { addRow } from "../sums/collectives.ts";
import { checkComputed, returnsShares } from "../sums/settle.ts";
import { mark, timesIn } from "../sums/shard-digits.ts";
import type { Parcel, Visit } from "../visit.ts";
import { hasChosen, memberOf, partsOf } from "./arrivals.ts";
import { checkReturned } from "./returned.ts";

/** Members of an exchange group send their tokens to the experts of each other: each token once to a rank, or each of its copies. */
export function dispatch(stage: Stage, members: readonly Visit[], layer: number): void {
  const { plan, width, wire, formats } = stage;
  const routes = new Routes(stage, members);
  for (const [source, visit] of members.entries()) {
    if (!hasChosen(stage, visit, layer)) continue;
    for (const { row, slots, weights, e } of leaving(stage, visit, layer)) {
      const share = Math.floor((visit.rank.local % plan.sourceRanks) / plan.tensor);
      const to = memberOf(plan, source, e, share);
      if (to < 0 || members[to] === undefined) continue;
      const numbers = visit.normed!.slice(row * width, (row + 1) * width);
      formats.send(numbers, width, "dispatch");
      if (stage.visitsOnce) routes.forward(source, row, to, width);
      else wire.carry(visit.rank.id, members[to]!.rank.id, width);
      const token = visit.tokens.id[visit.gateFrom + row]!;
      const arrived = members[to]!.arrived ?? [];
      members[to]!.arrived = arrived;
      arrived.push({ source, row, token, slots, weights, part: source % partsOf(plan), numbers });
    }
  }
  for (const member of members) member.arrived ??= [];
}

/** Results return by the way of their tokens; results for one token that meet on a node are added up there. */
export function combine(stage: Stage, members: readonly Visit[], layer: number): void {
  const { plan, width, wire, stride, model, formats } = stage;
  const routes = new Routes(stage, members);
  const weighs = returnsShares(plan, model);
  const sums = new Map<string, { readonly source: number; readonly row: number; readonly node: number; readonly numbers: Float64Array }>();
  for (const [place, member] of members.entries()) {
    checkComputed(stage, member, layer);
    for (const parcel of member.results ?? []) {
      if (members[parcel.source] === undefined) continue; // it is not waited for
      checkReturned(stage, member, parcel, layer);
      const numbers = weighs ? weighed(stage, member, parcel, layer) : parcel.numbers;
      formats.send(numbers, width, "combine");
      const { source, row } = parcel;
      if (!stage.visitsOnce) {
        wire.carry(member.rank.id, members[source]!.rank.id, width);
        addTo(members[source]!, row, numbers, stride);
        continue;
      }
      routes.back(place, source, row, width);
      const key = `${source}/${row}/${wire.nodeOf(member.rank.id)}`;
      const sum = sums.get(key);
      if (sum === undefined) sums.set(key, { source, row, node: wire.nodeOf(member.rank.id), numbers: numbers.slice() });
      else addRow(sum.numbers, numbers);
    }
    member.results = undefined;
  }
  for (const { source, row, numbers } of sums.values()) {
    formats.send(numbers, width, "combine");
    addTo(members[source]!, row, numbers, stride);
  }
}

function addTo({ pending }: Visit, row: number, numbers: Float64Array, stride: number): void {
  if (pending === undefined) return;
  const sum = pending.rows[row] ?? new Float64Array(stride);
  pending.rows[row] = sum;
  addRow(sum, numbers);
}

/** One of `tensor` equal shares of a sum that all ranks of an expert return: for its own shard. */
function weighed({ plan, width }: Stage, { rank }: Visit, { numbers, slots }: Parcel, layer: number): Float64Array {
  const { expertIn } = plan.expertPlacement!.slots(layer);
  const share = numbers.map((number, c) => (c < width ? number / plan.tensor : 0));
  const place = rank.local % plan.tensor;
  for (const slot of slots) {
    const first = expertIn[slot]! * plan.tensor;
    const isWhole = Array.from({ length: plan.tensor }, (_, j) => timesIn(numbers, width, first + j)).every((times) => times === 1);
    if (isWhole) mark(share, width, first + place);
  }
  return share;
}

interface Leaving {
  readonly row: number;
  readonly slots: readonly number[];
  readonly weights: readonly number[];
  /** The experts' rank that it goes to. */
  readonly e: number;
}

/** Parcels that leave a rank, row by row: once to each experts' rank, or copy by copy. */
function leaving({ plan, model, visitsOnce }: Stage, { choices }: Visit, layer: number): Leaving[] {
  const { rankOf } = plan.expertPlacement!.slots(layer);
  const { topK } = model.experts!;
  const all: Leaving[] = [];
  for (let row = 0; row < choices!.slots.length / topK; row++) {
    const byRank = new Map<number, number[]>();
    for (let copy = row * topK; copy < (row + 1) * topK; copy++) {
      const slot = choices!.slots[copy]!;
      if (slot < 0) continue;
      const key = visitsOnce ? rankOf[slot]! : -1 - copy;
      byRank.set(key, [...(byRank.get(key) ?? []), copy]);
    }
    for (const copies of byRank.values()) {
      const slots = copies.map((copy) => choices!.slots[copy]!);
      all.push({ row, slots, weights: copies.map((copy) => choices!.weights[copy]!), e: rankOf[slots[0]!]! });
    }
  }
  return all;
}

/** Route of tokens that cross to a node once to its members: through the member there at the sender's index. */
class Routes {
  readonly #stage: Stage;
  readonly #members: readonly Visit[];
  /** Members on each node, in their order. */
  readonly #onNode = new Map<number, number[]>();
  readonly #crossed = new Set<string>();

  constructor(stage: Stage, members: readonly Visit[]) {
    this.#stage = stage;
    this.#members = members;
    for (const [place, { rank }] of members.entries()) {
      const node = stage.wire.nodeOf(rank.id);
      const there = this.#onNode.get(node) ?? [];
      this.#onNode.set(node, there);
      there.push(place);
    }
  }

  /** Row `row` of member `from` goes to member `to`. */
  forward(from: number, row: number, to: number, width: number): void {
    this.#carry(from, row, to, width, false);
  }

  /** Returns the result of member `from` for row `row` of member `to`. */
  back(from: number, to: number, row: number, width: number): void {
    this.#carry(to, row, from, width, true);
  }

  #carry(home: number, row: number, away: number, width: number, isBack: boolean): void {
    const { wire } = this.#stage;
    const idOf = (place: number) => this.#members[place]!.rank.id;
    const go = (a: number, b: number) => (isBack ? wire.carry(idOf(b), idOf(a), width) : wire.carry(idOf(a), idOf(b), width));
    const [homeNode, node] = [wire.nodeOf(idOf(home)), wire.nodeOf(idOf(away))];
    if (homeNode === node) {
      go(home, away);
      return;
    }
    const there = this.#onNode.get(node)!;
    const by = there[this.#onNode.get(homeNode)!.indexOf(home) % there.length]!;
    const key = `${home}/${row}/${node}`;
    if (!this.#crossed.has(key)) go(home, by);
    this.#crossed.add(key);
    go(by, away);
  }
}
