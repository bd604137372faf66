import type { ParameterValue, PointResult } from "@tokenyard/study";
import { SimulatorClient } from "../worker/client.ts";
import type { Source } from "../worker/source.ts";

type Hear = (row: PointResult | undefined) => void;

/** A value of a slider that waits for a Worker. */
interface Waiting {
  readonly source: Source;
  readonly path: string;
  readonly value: ParameterValue;
  readonly hear: Hear;
}

const MOST = 4;

/** Workers that run the values of a slider, started on first use; each runs one value at a time. */
export class Pool {
  readonly size: number;
  readonly #create: () => Worker;
  readonly #idle: SimulatorClient[] = [];
  readonly #busy = new Map<SimulatorClient, Hear>();
  #waiting: Waiting[] = [];

  constructor(create: () => Worker, cores = navigator.hardwareConcurrency || 2) {
    this.#create = create;
    this.size = Math.max(1, Math.min(MOST, cores));
  }

  /** Runs `source` with `value` at `path`; `hear` gets its row, undefined where all was stopped. */
  run(source: Source, path: string, value: ParameterValue, hear: Hear): void {
    this.#waiting.push({ source, path, value, hear });
    this.#next();
  }

  /** Gives up every value that waits or runs. */
  stop(): void {
    const open = [...this.#waiting.map(({ hear }) => hear), ...this.#busy.values()];
    for (const client of this.#busy.keys()) client.end();
    this.#waiting = [];
    this.#busy.clear();
    for (const hear of open) hear(undefined);
  }

  #next(): void {
    const [waiting] = this.#waiting;
    const client = waiting && (this.#idle.pop() ?? (this.#busy.size < this.size ? new SimulatorClient(this.#create) : undefined));
    if (waiting === undefined || client === undefined) return;
    this.#waiting.shift();
    const { source, path, value, hear } = waiting;
    this.#busy.set(client, hear);
    client.ask({ kind: "value", source, path, value }, (answer) => {
      if (!this.#busy.delete(client)) return;
      this.#idle.push(client);
      const parameters = { [path]: value };
      if (answer.kind === "row") hear(answer.row);
      else {
        const reason = answer.kind === "fault" ? answer.message : answer.kind === "problems" ? answer.problems[0]!.message : answer.kind;
        hear({ index: 0, parameters, status: "failed", reason });
      }
      this.#next();
    });
  }
}
