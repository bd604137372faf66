import type { ServingSpec } from "@tokenyard/scenario";
import { ByPriority } from "../continuous/by-priority.ts";
import type { DataGroup, Limits } from "../continuous/data-group.ts";
import { FirstCome } from "../continuous/first-come.ts";
import type { Sequences } from "../continuous/sequences.ts";
import type { WaitingRoom } from "../continuous/waiting-room.ts";
import type { ServingContext } from "../scheduler.ts";
import { Intake } from "./intake.ts";
import { type IntakeRules, intakeRulesOf } from "./intake-rules.ts";
import { Lobby } from "./lobby.ts";

/** Waiting rooms of the data groups of all replicas, with an inbox where an engine's loop receives requests at some steps only. */
export class WaitingRooms {
  /** [replicas × data groups] */
  readonly all: readonly WaitingRoom[];
  readonly #rules: IntakeRules | undefined;
  readonly #perReplica: number;
  /** [replicas × data groups], where there are rules. */
  readonly #lobbies: readonly Lobby[];

  /** `before`: whether request a is served before request b; undefined: by arrival. Requests from another pool skip the inbox. */
  constructor(serving: ServingSpec, { role, replicas, dataGroups }: ServingContext, before?: (a: number, b: number) => boolean) {
    const rooms = Array.from({ length: replicas * dataGroups }, () => (before === undefined ? new FirstCome() : new ByPriority(before)));
    this.#rules = role === "decode" ? undefined : intakeRulesOf(serving, dataGroups);
    this.#perReplica = dataGroups;
    this.#lobbies = this.#rules === undefined ? [] : rooms.map((room) => new Lobby(room));
    this.all = this.#rules === undefined ? rooms : this.#lobbies;
  }

  /** Whether steps are composed before arrivals during the previous step may join. */
  get isAhead(): boolean {
    return this.#rules?.isAhead === true;
  }

  /** Intake of the data `groups` of a replica; undefined where any waiting request may join the next step. */
  intakeOf(replica: number, groups: readonly DataGroup[], sequences: Sequences, limits: Limits): Intake | undefined {
    const first = replica * this.#perReplica;
    const lobbies = this.#lobbies.slice(first, first + this.#perReplica);
    return this.#rules && new Intake(this.#rules, groups, lobbies, sequences, limits);
  }
}
