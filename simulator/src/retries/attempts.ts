import type { Ticket } from "@tokenyard/engine";

/** Events of requests that are tried again. */
export type AttemptEvent =
  /** The request in `slot` is tried again. */
  | { readonly kind: "attempt-due"; readonly pool: 0; readonly slot: number }
  /** The attempt of the request in `slot` times out for its client. */
  | { readonly kind: "attempt-late"; readonly pool: 0; readonly slot: number };

/** Number of tries of a request, and what it waits for; an object for each slot, reused. */
export interface Attempts {
  /** Further attempts of its client so far, and of the router within the one that is under way. */
  ofClient: number;
  ofRouter: number;
  /** Whether the next try is the first of an attempt of its client. */
  begins: boolean;
  /** Timeout of the client's attempt. */
  timeout: Ticket | undefined;
  /** When it is tried again, while it waits for that. */
  due: Ticket | undefined;
  /** Replica that the next try keeps away from; −1: none. */
  avoided: number;
}

/** Attempts of each slot. */
export class AttemptsBySlot {
  readonly #all: Attempts[] = [];

  of(slot: number): Attempts {
    return this.#all[slot]!;
  }

  /** A new request is in `slot`. */
  begin(slot: number): Attempts {
    this.#all[slot] ??= { ofClient: 0, ofRouter: 0, begins: true, timeout: undefined, due: undefined, avoided: -1 };
    const own = this.#all[slot];
    own.ofClient = 0;
    own.ofRouter = 0;
    own.begins = true;
    own.timeout = undefined;
    own.due = undefined;
    own.avoided = -1;
    return own;
  }
}
