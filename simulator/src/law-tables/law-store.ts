import { KeptDraws } from "./kept-draws.ts";
import { LawNodes } from "./law-nodes.ts";

/** Shared nodes of tables that runs have drawn. */
export interface LawStore {
  /** Known nodes of the table with that key. A run adds the nodes that it draws. */
  open(key: string): LawNodes;
  /** Ends the draws of a run that opened these. */
  keep(key: string, nodes: LawNodes): void;
  /** Draws that tables with this key for draws are made of, as far as they are known. */
  draws(key: string): KeptDraws;
}

const MEBIBYTE = 1024 * 1024;

/**
 * Tables of runs in one thread, and the draws of one gate, up to a limit in bytes; those that were opened longest ago are evicted first.
 */
export class MemoryLawStore implements LawStore {
  readonly #mostBytes: number;
  /** Tables in the order in which they were opened last. */
  readonly #tables = new Map<string, LawNodes>();
  #draws: { readonly key: string; readonly kept: KeptDraws } | undefined;

  constructor(mostBytes = 64 * MEBIBYTE) {
    this.#mostBytes = mostBytes;
  }

  open(key: string): LawNodes {
    const nodes = this.#tables.get(key) ?? new LawNodes();
    this.#tables.delete(key);
    this.#tables.set(key, nodes);
    return nodes;
  }

  keep(): void {
    let bytes = 0;
    for (const nodes of this.#tables.values()) bytes += nodes.bytes;
    for (const [key, nodes] of this.#tables) {
      if (bytes <= this.#mostBytes) return;
      this.#tables.delete(key);
      bytes -= nodes.bytes;
    }
  }

  draws(key: string): KeptDraws {
    if (this.#draws?.key !== key) this.#draws = { key, kept: new KeptDraws() };
    return this.#draws.kept;
  }
}
