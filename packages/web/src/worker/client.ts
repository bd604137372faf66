import type { Answer, Order } from "./messages.ts";

type Without<Kind, Key extends PropertyKey> = Kind extends unknown ? Omit<Kind, Key> : never;
/** An order from the page: its number is added by the client. */
export type Wish = Without<Exclude<Order, { kind: "cancel" | "found" }>, "id">;
type Hear = (answer: Answer) => void;

/** Time in which a run answers between its slices; if one event takes longer, its Worker is replaced. */
const PATIENCE_MS = 250;
const LAST: ReadonlySet<Answer["kind"]> = new Set([
  "checked",
  "problems",
  "words",
  "timeline",
  "map",
  "edited",
  "opened",
  "study",
  "point",
  "comparison",
  "knobs",
  "what-if",
  "row",
  "cancelled",
  "fault",
]);

/** A Worker with a simulator, which carries out orders, and is replaced when it does not answer or dies. */
export class SimulatorClient {
  readonly #create: () => Worker;
  #worker: Worker;
  #last = 0;
  readonly #waiting = new Map<number, Hear>();

  constructor(create: () => Worker) {
    this.#create = create;
    this.#worker = this.#started();
  }

  /** Sends `wish`; `hear` gets every answer to it. The number of the order is for `cancel`. */
  ask(wish: Wish, hear: Hear): number {
    const id = ++this.#last;
    this.#waiting.set(id, hear);
    this.#worker.postMessage({ ...wish, id });
    return id;
  }

  /** Sends an order that has no answer of its own. */
  send(order: Order): void {
    this.#worker.postMessage(order);
  }

  /** Ends the Worker; no order may follow. */
  end(): void {
    this.#worker.terminate();
  }

  /** Ends order `id`, which then answers `cancelled`. */
  cancel(id: number): void {
    if (!this.#waiting.has(id)) return;
    this.#worker.postMessage({ kind: "cancel", id } satisfies Order);
    setTimeout(() => {
      if (this.#waiting.has(id)) this.#replace((open) => ({ kind: "cancelled", id: open }));
    }, PATIENCE_MS);
  }

  #started(): Worker {
    const worker = this.#create();
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      const hear = this.#waiting.get(data.id);
      if (LAST.has(data.kind)) this.#waiting.delete(data.id);
      hear?.(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      const message = event.message || "the Worker did not start, or ended";
      this.#replace((id) => ({ kind: "fault", id, message }));
    };
    return worker;
  }

  #replace(answer: (id: number) => Answer): void {
    this.#worker.terminate();
    this.#worker = this.#started();
    const open = [...this.#waiting];
    this.#waiting.clear();
    for (const [id, hear] of open) hear(answer(id));
  }
}
