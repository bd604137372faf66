import type { NodePattern } from "./node-pattern.ts";
import { Ports } from "./ports.ts";
import type { TokenFlows } from "./token-flows.ts";

/** The tokens of flows through ports, each pair for itself, counted once for a dispatch and its combine. */
export class ApartPorts {
  readonly #byFlows = new WeakMap<TokenFlows, { ports: Ports; pattern: NodePattern; cleared: number }>();

  /** Those of a group that lies so over nodes; whoever fills `flows` clears them first. */
  of(flows: TokenFlows, pattern: NodePattern): Ports {
    const members = pattern.nodeOf.length;
    let known = this.#byFlows.get(flows);
    if (known?.pattern === pattern && known.cleared === flows.cleared) return known.ports;
    if (known?.ports.members !== members) {
      known = { ports: new Ports(members), pattern, cleared: 0 };
      this.#byFlows.set(flows, known);
    }
    known.pattern = pattern;
    known.cleared = flows.cleared;
    known.ports.countApart(flows, pattern);
    return known.ports;
  }
}
