import type { Streams } from "@tokenyard/random";
import type { BalancerSpec } from "@tokenyard/scenario";
import type { Balancer } from "./balancer.ts";
import { LeastKv } from "./balancers/least-kv.ts";
import { LeastOutstanding } from "./balancers/least-outstanding.ts";
import { Random } from "./balancers/random.ts";
import { RoundRobin } from "./balancers/round-robin.ts";
import { TwoChoices } from "./balancers/two-choices.ts";

/** The balancer that `spec` names, over `places`; its chance comes from the stream `balancer/${name}`. */
export function createBalancer(spec: BalancerSpec, places: number, streams: Streams, name: string): Balancer {
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
  }
}
