import type { ExchangeKernels } from "../../traffic.ts";
import type { CollectiveKind } from "./measured-traffic.ts";

/** Traffic that ran and that no table has rows for on its ranks and nodes: by kinds, in order. */
export class UnmeasuredTraffic {
  readonly #phrases = new Map<string, string>();

  /** A collective, in whose place tables have those of `like` ranks; undefined: none. */
  collective(kind: CollectiveKind, ranks: number, nodes: number, like: string | undefined): void {
    const key = `${kind}/${nodes}/${ranks}`;
    if (this.#phrases.has(key)) return;
    const where = kind === "send" ? (nodes === 1 ? "sends in a node" : "sends between nodes") : `${kind}s of ${among(ranks, nodes)}`;
    this.#phrases.set(key, like === undefined ? where : `${where} as those of ${like}`);
  }

  exchange({ dispatch, phase }: ExchangeKernels, ranks: number, nodes: number): void {
    const key = `${dispatch}-${phase}/${nodes}/${ranks}`;
    if (!this.#phrases.has(key))
      this.#phrases.set(key, `${dispatch} ${phase}${phase === "dispatch" ? "es" : "s"} of ${among(ranks, nodes)}`);
  }

  /** Each as a phrase. */
  get phrases(): readonly string[] {
    return [...this.#phrases.values()].sort();
  }
}

function among(ranks: number, nodes: number): string {
  return nodes === 1 ? `${ranks} GPUs of a node` : `${ranks} GPUs on ${nodes} nodes`;
}
