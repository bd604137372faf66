import type { LiveRun } from "@tokenyard/simulator";
import type { BlockListener } from "../served-plan.ts";
import type { BlockCounts } from "../summary.ts";
import { BlockEvents, type BlockShape } from "./block-events.ts";
import { eventBatch } from "./event-batch.ts";
import { Publisher } from "./publisher.ts";

export interface KvEventsOptions {
  readonly host: string;
  /** Port; 0 chooses a free one. */
  readonly port: number;
  /** What messages begin with; undefined: `kv@ADDRESS@MODEL`, which llm-d's router reads. */
  readonly topic?: string | undefined;
}

/** What is known of the plan. */
export interface PublishedPlan {
  plan(): LiveRun["setup"];
  /** Seconds since 1970. */
  nowSeconds(): number;
  readonly model: string;
}

/** Publishes which blocks the prefix caches of a plan keep, as vLLM does. */
export class KvEvents implements BlockListener {
  readonly #options: KvEventsOptions;
  readonly #plan: PublishedPlan;
  readonly #events: BlockEvents;
  readonly #publisher = new Publisher();
  #known: BlockShape | undefined;
  #topic = Buffer.alloc(0);
  #sequence = 0n;
  #stored = 0;
  #removed = 0;

  constructor(options: KvEventsOptions, plan: PublishedPlan) {
    this.#options = options;
    this.#plan = plan;
    this.#events = new BlockEvents(() => this.#shape);
  }

  get #shape(): BlockShape {
    if (this.#known === undefined) {
      const { slots, plan, scheduler } = this.#plan.plan();
      const { blockTokens } = scheduler.cache!.use();
      this.#known = { blockTokens, dataGroups: plan.dataGroups, numberOf: (slot) => slots.number[slot]! };
    }
    return this.#known;
  }

  get counts(): BlockCounts {
    return { stored: this.#stored, removed: this.#removed, dropped: this.#publisher.dropped };
  }

  /** `address`: of the server of which these are the blocks. Returns the port of the events. */
  listen(address: string): Promise<number> {
    this.#topic = Buffer.from(this.#options.topic ?? `kv@${address}@${this.#plan.model}`);
    return this.#publisher.listen(this.#options.port, this.#options.host);
  }

  close(): Promise<void> {
    return this.#publisher.close();
  }

  arrived(number: number, prompt: Uint32Array, seed: number): void {
    this.#events.arrived(number, prompt, seed);
  }

  listenerOf(replica: number, group: number) {
    return this.#events.listenerOf(replica, group);
  }

  ended(number: number): void {
    this.#events.ended(number);
  }

  advanced(): void {
    for (const [rank, events] of this.#events.drain()) {
      for (const { kind, hashes } of events) {
        if (kind === "stored") this.#stored += hashes.length;
        else this.#removed += hashes.length;
      }
      const sequence = Buffer.alloc(8);
      sequence.writeBigUInt64BE(this.#sequence++);
      if (!this.#publisher.isHeard(this.#topic)) continue;
      this.#publisher.send([this.#topic, sequence, eventBatch(this.#plan.nowSeconds(), events, rank, this.#shape.blockTokens)]);
    }
  }
}

/** Host and port of a ZeroMQ address such as `tcp://127.0.0.1:5557` or `tcp://*:5557`; undefined for other text. */
export function kvAddress(text: string): { readonly host: string; readonly port: number } | undefined {
  const [, bracketed, plain, digits] = /^tcp:\/\/(?:\[([0-9a-fA-F:.]+)\]|([^\s:/@[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535) return undefined;
  return { host: bracketed ?? (plain === "*" ? "0.0.0.0" : plain!), port };
}
