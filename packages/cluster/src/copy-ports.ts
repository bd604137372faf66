import type { NodePattern } from "./node-pattern.ts";
import { Ports } from "./ports.ts";

/** Copies that members of a group send each other, counted by the ports that they go through, each for itself: to another node through the fabric ports only. */
export class CopyPorts {
  /** Complete once all have been counted. */
  readonly ports: Ports;
  readonly pattern: NodePattern;
  /** Whether tokens that cross to a node are forwarded there. */
  readonly isHandedOn = false;
  /** [members] */
  readonly #nodeOf: Int32Array;

  constructor(pattern: NodePattern) {
    this.ports = new Ports(pattern.nodeOf.length);
    this.pattern = pattern;
    this.#nodeOf = pattern.nodeOf;
  }

  /** Resets the counts to zero. */
  clear(): void {
    this.ports.clear();
  }

  /** Each pair of members once. */
  send(from: number, to: number, copies: number): void {
    if (from !== to && copies !== 0) this.ports.move(from, to, copies, this.#nodeOf[from] !== this.#nodeOf[to]);
  }

  /** Ends the counting. */
  end(): void {
    this.ports.raisePeers();
  }
}
