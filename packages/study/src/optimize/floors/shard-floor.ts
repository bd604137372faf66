import { type Plan, reducesCopies, reducesTokens, type SequenceParallel } from "@tokenyard/placement";
import { type StepOverhead, stepOverheadOf } from "@tokenyard/program";
import type { Scenario } from "@tokenyard/scenario";
import type { PassColumns } from "../batches/pass-columns.ts";
import { ExpertFloor } from "./expert-floor.ts";
import { carried, DENSE, FULL, GATE, GATHER, type GroupFloors, HEAD, REDUCE, SHARED, tokenBytesOf, WINDOWED } from "./group-floors.ts";
import { atLeast } from "./kernel-floor.ts";
import type { LeastTraffic, NetworkFloor } from "./network-floor.ts";
import {
  COMPUTE,
  ENTRY,
  HEAD_COMPUTE,
  HEAD_PATH,
  HOST_COMPUTE,
  HOST_LAYER,
  HOST_PATH,
  KEPT_COMPUTE,
  KEPT_PATH,
  PASS_FLOOR,
  PATH,
  SEND,
} from "./pass-floor.ts";

/** Lower bounds of passes on the ranks of one stage, for any layers, for given expert, tensor and attention degrees. */
export class ShardFloor {
  readonly experts: ExpertFloor | undefined;
  readonly dataGroups: number;
  readonly #groups: GroupFloors;
  readonly #stepOverhead: StepOverhead;
  readonly #send: LeastTraffic;
  /** Bytes of one token in a send. */
  readonly #tokenBytes: number;
  readonly #reducesTokens: boolean;
  readonly #sequenceParallel: SequenceParallel;
  /** Whether the groups of a stage meet in every layer; leading dense layers of a model with experts let them run apart. */
  readonly #meets: boolean;

  constructor(scenario: Scenario, plan: Plan, network: NetworkFloor, groups: GroupFloors) {
    const { model } = scenario;
    this.dataGroups = plan.dataGroups;
    this.#groups = groups;
    this.#stepOverhead = stepOverheadOf(scenario.serving);
    this.#send = network.send(plan.ranksPerStage);
    this.#tokenBytes = tokenBytesOf(scenario);
    this.#reducesTokens = reducesTokens(plan) && !reducesCopies(plan); // over fewer ranks where experts' ranks have added up copies
    this.#sequenceParallel = plan.sequenceParallel;
    this.experts = model.experts && new ExpertFloor(scenario, plan, network);
    this.#meets = plan.dataGroups === 1 || model.dense === undefined;
  }

  /** Fills row `row` of `out` with the floors of that row of `columns`. */
  fill(columns: PassColumns, row: number, out: Float64Array, outRow: number): void {
    const { busy, sequences, newTokens } = columns;
    const { promptStep, promptLayer, capturedTokens, prompt, promptToken } = this.#stepOverhead;
    const { dataGroups } = this;
    const groups = this.#groups;
    const isPrefill = columns.phase === 0;
    const step = this.#stepOverhead.step + (isPrefill ? promptStep : 0);
    // more tokens than graphs of all groups hold: one of them has more than its own
    const isLaunchedApart = isPrefill && columns.leastTokens[row]! > capturedTokens * dataGroups;
    const layer = this.#stepOverhead.layer + (isLaunchedApart ? promptLayer : 0);
    const request = this.#stepOverhead.request + (isPrefill ? prompt : 0); // a batch computes its prompts whole, in one pass
    const forToken = isPrefill ? promptToken : 0;

    let mostFull = 0;
    let mostWindowed = 0;
    let mostHead = 0;
    let mostSend = 0;
    let mostShared = 0;
    let full = 0;
    let windowed = 0;
    let gate = 0;
    let shared = 0;
    let dense = 0;
    let reduce = 0;
    let head = 0;
    let send = 0;
    let host = 0;
    const from = columns.starts[row]!;
    const to = columns.starts[row + 1]!;
    let leastHost = to - from < dataGroups ? 0 : Number.POSITIVE_INFINITY; // the path has at least the data group with the fewest sequences on it
    for (let group = from; group < to; group++) {
      const own = busy[group]!;
      const ownHost = own * (request * sequences[group]! + forToken * newTokens[group]!);
      host += ownHost;
      if (ownHost < leastHost) leastHost = ownHost;
      groups.look(columns, group);
      const { values, at } = groups;
      const ownFull = own * values[at + FULL]!;
      const ownWindowed = own * values[at + WINDOWED]!;
      const ownGate = own * values[at + GATE]!;
      const ownShared = own * values[at + SHARED]!;
      const ownReduce = own * values[at + REDUCE]!;
      const ownHead = own * values[at + HEAD]!;
      const ownSend = own * carried(this.#send, newTokens[group]! * this.#tokenBytes);
      const ownGather = own * values[at + GATHER]!;
      const before = this.#sequenceParallel === "reduce-scatter" ? ownGather : ownReduce;
      const meeting = before + ownGate + (this.#reducesTokens ? ownReduce : ownGather);
      mostFull = Math.max(mostFull, ownFull + meeting);
      mostWindowed = Math.max(mostWindowed, ownWindowed + meeting);
      mostHead = Math.max(mostHead, ownHead);
      mostSend = Math.max(mostSend, ownSend);
      mostShared = Math.max(mostShared, ownShared);
      full += ownFull;
      windowed += ownWindowed;
      gate += ownGate;
      shared += ownShared;
      dense += own * values[at + DENSE]!;
      reduce += 2 * ownReduce;
      head += ownHead;
      send += ownSend;
    }

    const passes = columns.passes[row]!;
    const { experts } = this;
    experts?.look(columns, row, shared / dataGroups, mostShared);
    const always = experts?.path ?? 0;
    const computed = (gate + shared) / dataGroups + (experts?.compute ?? 0);
    const place = outRow * PASS_FLOOR;
    out[place + PATH] = (full + dense + reduce) / dataGroups;
    out[place + PATH + 1] = (windowed + dense + reduce) / dataGroups;
    out[place + PATH + 2] = mostFull + always;
    out[place + PATH + 3] = mostWindowed + always;
    out[place + ENTRY] = 0;
    out[place + ENTRY + 1] = 0;
    out[place + ENTRY + 2] = mostFull;
    out[place + ENTRY + 3] = mostWindowed;
    out[place + COMPUTE] = (full + dense) / dataGroups;
    out[place + COMPUTE + 1] = (windowed + dense) / dataGroups;
    out[place + COMPUTE + 2] = full / dataGroups + computed;
    out[place + COMPUTE + 3] = windowed / dataGroups + computed;
    out[place + KEPT_PATH] = experts?.keptPath ?? 0;
    out[place + KEPT_COMPUTE] = experts?.keptCompute ?? 0;
    out[place + HOST_PATH] = passes * atLeast(step) + leastHost;
    out[place + HOST_COMPUTE] = passes * atLeast(step) + host / dataGroups;
    out[place + HOST_LAYER] = passes * layer;
    out[place + HEAD_PATH] = mostHead;
    out[place + HEAD_COMPUTE] = head / dataGroups;
    out[place + SEND] = this.#meets ? mostSend : send / dataGroups;
  }
}
