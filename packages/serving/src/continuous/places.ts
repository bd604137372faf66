import type { Balancer } from "../balancer.ts";
import { OnePlace } from "../balancers/one-place.ts";
import { createBalancer } from "../create-balancer.ts";
import type { PrefixMap } from "../prefix/prefix-map.ts";
import type { Prefixes } from "../prefix/prefixes.ts";
import type { RequestSlots } from "../requests/request-slots.ts";
import type { ServingContext } from "../scheduler.ts";

const ROUND_ROBIN = { kind: "round-robin" } as const;

/** Places of requests: balancers choose a replica, then one of its data groups, and follow arrivals and departures. A data group is replica · data groups + group. */
export class Places {
  readonly overReplicas: Balancer;
  /** [replicas] */
  readonly overGroups: readonly Balancer[];
  readonly #perReplica: number;
  readonly #requests: RequestSlots;

  constructor(balancer: BalancerSpecs | undefined, context: ServingContext, prefixes?: Prefixes) {
    const { replicas, dataGroups, streams, requests, onlyReplica, balancers } = context;
    this.#perReplica = dataGroups;
    this.#requests = requests as RequestSlots;
    const over = (which: "replicas" | "dataGroups", places: number, name: string, prefixMap: PrefixMap | undefined) =>
      balancers?.[which]?.(places, streams.stream(`balancer/${name}`), this.#requests) ??
      createBalancer(balancer?.[which] ?? ROUND_ROBIN, places, streams, name, prefixMap);
    this.overReplicas =
      onlyReplica === undefined ? over("replicas", replicas, "replicas", prefixes?.ofReplicas) : new OnePlace(onlyReplica);
    this.overGroups = Array.from({ length: replicas }, (_, replica) =>
      over("dataGroups", dataGroups, `replica/${replica}`, prefixes?.ofGroups[replica]),
    );
  }

  /** The data group for `slot`, which keeps away from replica `avoided`; undefined: from none. Where all are closed, it goes to any. */
  choose(slot: number, avoided?: number): number {
    if (avoided !== undefined) this.overReplicas.open(avoided, false);
    const replica = this.overReplicas.choose(slot);
    if (avoided !== undefined) this.overReplicas.open(avoided, true);
    return replica * this.#perReplica + this.overGroups[replica]!.choose(slot);
  }

  joined(slot: number, home: number): void {
    this.#report("joined", slot, home);
  }

  left(slot: number, home: number): void {
    this.#report("left", slot, home);
  }

  #report(what: "joined" | "left", slot: number, home: number): void {
    const replica = Math.floor(home / this.#perReplica);
    const prompt = this.#requests.promptTokens[slot]!;
    const output = this.#requests.outputTokens[slot]!;
    this.overReplicas[what](replica, slot, prompt, output);
    this.overGroups[replica]![what](home - replica * this.#perReplica, slot, prompt, output);
  }
}

type BalancerSpecs = { readonly [Over in "replicas" | "dataGroups"]: Parameters<typeof createBalancer>[0] };
