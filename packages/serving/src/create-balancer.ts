import type { Streams } from "@tokenyard/random";
import type { BalancerSpec } from "@tokenyard/scenario";
import type { Balancer } from "./balancer.ts";
import { LeastKv } from "./balancers/least-kv.ts";
import { LeastOutstanding } from "./balancers/least-outstanding.ts";
import { PrefixAware } from "./balancers/prefix-aware.ts";
import { Random } from "./balancers/random.ts";
import { RoundRobin } from "./balancers/round-robin.ts";
import { TwoChoices } from "./balancers/two-choices.ts";
import type { PrefixMap } from "./prefix/prefix-map.ts";

/**
 * The balancer of `spec` over `places`; its random numbers come from the stream `balancer/${name}`. `prefixes` states what each place
 * keeps: balancers that use it need it if there are several places.
 */
export function createBalancer(
  spec: BalancerSpec,
  places: number,
  streams: Pick<Streams, "stream">,
  name: string,
  prefixes?: PrefixMap,
): Balancer {
  switch (spec.kind) {
    case "round-robin":
      return new RoundRobin(places);
    case "random":
      return new Random(places, streams.stream(`balancer/${name}`));
    case "least-outstanding":
      return new LeastOutstanding(places);
    case "least-kv":
      return new LeastKv(places);
    case "two-choices":
      return new TwoChoices(places, streams.stream(`balancer/${name}`));
    case "prefix-aware":
      if (prefixes === undefined && places > 1) throw new Error("a prefix-aware balancer does not know what its places keep");
      return new PrefixAware(places, spec.factor, streams.stream(`balancer/${name}`), prefixes);
  }
}
