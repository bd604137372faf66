import type { DataGroup, Limits } from "../continuous/data-group.ts";
import type { Sequences } from "../continuous/sequences.ts";
import { AlignedGroups } from "./aligned-groups.ts";
import { BatchWait } from "./batch-wait.ts";
import type { IntakeRules } from "./intake-rules.ts";
import type { Lobby } from "./lobby.ts";

/** What a data group is about to compute in a micro-batch. */
interface Busy {
  readonly decoding: number;
  /** Number of prompts under way. */
  readonly prompting: number;
}

/**
 * Decides which of the requests that wait for the data groups of a replica may join its next step. Source:
 * docs/models/scheduling.md#waiting-for-steps.
 */
export class Intake {
  readonly #rules: IntakeRules;
  /** [data groups] */
  readonly #groups: readonly DataGroup[];
  readonly #lobbies: readonly Lobby[];
  readonly #waits: readonly BatchWait[] | undefined;
  readonly #aligned: AlignedGroups | undefined;
  readonly #maxSequences: number;
  /** Passes under way, when the last one began, and when one last ended. */
  #underWay = 0;
  #startedNs = -1;
  #endedNs = -1;
  /** Decode steps since the engine last read its inbox, and the requests that it has seen: those that arrived by `receivedNs`. */
  #sinceLook = 0;
  #receivedNs = -1;
  #isLook = false;
  #allHavePrompts = false;
  #allDecode = false;

  constructor(rules: IntakeRules, groups: readonly DataGroup[], lobbies: readonly Lobby[], sequences: Sequences, limits: Limits) {
    this.#rules = rules;
    this.#groups = groups;
    this.#lobbies = lobbies;
    const { batchWait, aligned } = rules;
    this.#waits = batchWait && groups.map(() => new BatchWait(batchWait, sequences, limits.tokenBudget));
    this.#aligned = aligned && new AlignedGroups(aligned);
    this.#maxSequences = limits.maxSequences;
  }

  /**
   * Moves requests that may join the pass being formed into their waiting rooms, and closes groups whose prompts wait. `busy` [data groups]
   */
  open(nowNs: number, busy: readonly Busy[]): void {
    const { isAhead, receiveInterval } = this.#rules;
    const isIdle = this.#underWay === 0 && this.#endedNs < nowNs;
    this.#isLook = isIdle || this.#sinceLook >= receiveInterval;
    if (this.#isLook) this.#receivedNs = isIdle || !isAhead ? nowNs : this.#startedNs;
    for (const lobby of this.#lobbies) lobby.receive(this.#receivedNs);
    this.#allDecode = busy.every(({ decoding }) => decoding > 0);
    this.#allHavePrompts = busy.every(({ prompting }, g) => prompting > 0 || (this.#lobbies[g]!.known.size > 0 && this.#places(g) > 0));
    const isHeld = this.#aligned?.holds(this.#allHavePrompts, this.#allDecode) === true;
    for (let g = 0; g < busy.length; g++) {
      const waits = this.#waits?.[g]?.holds(this.#lobbies[g]!, this.#places(g), busy[g]!.decoding, nowNs) === true;
      this.#groups[g]!.isClosed = isHeld || waits;
    }
  }

  /** Receives all waiting requests, as there is no other work. Returns false if that changes nothing. */
  openAll(nowNs: number): boolean {
    if (!this.isHolding) return false;
    this.#isLook = true;
    this.#receivedNs = nowNs;
    for (const lobby of this.#lobbies) lobby.receive(nowNs);
    for (const group of this.#groups) group.isClosed = false;
    return true;
  }

  /** Whether a waiting request may join a later step though it may not join this one. */
  get isHolding(): boolean {
    const counts = this.#waits !== undefined || this.#aligned !== undefined;
    for (let g = 0; g < this.#lobbies.length; g++) {
      const { inbox, known } = this.#lobbies[g]!;
      if (inbox > 0 || (counts && known.size > 0)) return true;
    }
    return false;
  }

  /** The pass that was opened begins; `hasPrompts`: whether it computes any. */
  began(nowNs: number, hasPrompts: boolean): void {
    if (this.#isLook) this.#sinceLook = 0;
    this.#sinceLook += hasPrompts ? this.#rules.receiveInterval : 1;
    this.#underWay++;
    this.#startedNs = nowNs;
    this.#aligned?.began(this.#allHavePrompts, this.#allDecode);
    if (this.#waits !== undefined) for (let g = 0; g < this.#waits.length; g++) this.#waits[g]!.began(this.#groups[g]!.isClosed, nowNs);
  }

  ended(nowNs: number): void {
    this.#underWay--;
    this.#endedNs = nowNs;
  }

  /** Requests that are there when its replica resumes are seen at once. */
  brokenOff(): void {
    this.#underWay--;
    this.#endedNs = -1;
  }

  /** `count` passes have ended, at `endsNs`, and with each the next began: all of them only decode. */
  advanced(endsNs: Float64Array, count: number): void {
    const { isAhead, receiveInterval } = this.#rules;
    for (let i = 0; i < count; i++) {
      if (this.#sinceLook >= receiveInterval) {
        this.#receivedNs = isAhead ? this.#startedNs : endsNs[i]!;
        this.#sinceLook = 0;
      }
      this.#sinceLook++;
      this.#startedNs = endsNs[i]!;
    }
    this.#endedNs = this.#startedNs;
    this.#aligned?.advanced(count, this.#allDecode);
  }

  /** Sequences of data group `g` that may yet be admitted. */
  #places(g: number): number {
    return this.#maxSequences - this.#groups[g]!.running;
  }
}
