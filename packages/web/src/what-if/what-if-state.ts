import { type Signal, signal } from "@preact/signals";
import type { TriedValue, WhatIf } from "@tokenyard/study";
import { keptSchema } from "../editor/kept-schema.ts";
import type { SimulatorClient } from "../worker/client.ts";
import type { AskedSlider } from "../worker/messages.ts";
import type { Source } from "../worker/source.ts";
import type { KnobOffer } from "./knob-offer.ts";
import type { Pool } from "./pool.ts";

/** A slider with what is known of it: all answers at its end, or values as they end. */
export interface Slid {
  readonly of: Source;
  readonly asked: AskedSlider;
  readonly tried: readonly TriedValue[];
  /** Values that the slider has. */
  readonly most: number;
  /** Result of the slider; undefined while values run. */
  readonly found?: WhatIf;
}

/** The state of the view *what if*, with the actions of a reader. */
export class WhatIfState {
  readonly knobs: Signal<{ readonly of: Source; readonly knobs: readonly KnobOffer[] } | undefined> = signal(undefined);
  readonly slid: Signal<Slid | undefined> = signal(undefined);
  /** Place of the slider among the values. */
  readonly place: Signal<number | undefined> = signal(undefined);
  /** Reason why the key cannot be a slider. */
  readonly refusal: Signal<string | undefined> = signal(undefined);
  readonly isRunning: Signal<boolean> = signal(false);
  readonly #client: SimulatorClient;
  readonly #pool: Pool;
  #id = 0;

  constructor(client: SimulatorClient, pool: Pool) {
    this.#client = client;
    this.#pool = pool;
  }

  /** Fetches the keys of `source`, where those of it are not there. */
  offer(source: Source): void {
    if (this.knobs.value?.of === source) return;
    void keptSchema().then((schema) =>
      this.#client.ask({ kind: "knobs", source, schema }, (answer) => {
        if (answer.kind === "knobs") this.knobs.value = { of: source, knobs: answer.knobs };
      }),
    );
  }

  /** Runs `source` along a key; values that ended before a stop stay. */
  start(source: Source, asked: AskedSlider, sourceValue?: string): void {
    this.stop();
    this.refusal.value = undefined;
    this.place.value = undefined;
    this.slid.value = { of: source, asked, tried: [], most: 0 };
    this.isRunning.value = true;
    const id = this.#client.ask({ kind: "what-if", source, asked, workers: this.#pool.size }, (answer) => {
      if (id !== this.#id) return;
      if (answer.kind === "wanted") {
        const { run, path, value } = answer;
        this.#pool.run(source, path, value, (row) => this.#client.send({ kind: "found", id: 0, of: id, run, row }));
        return;
      }
      if (answer.kind === "tried") {
        const tried = [...this.slid.value!.tried, answer.tried].sort((a, b) => (a.number ?? 0) - (b.number ?? 0));
        this.slid.value = { of: source, asked, tried, most: answer.most };
        return;
      }
      this.isRunning.value = false;
      if (answer.kind === "what-if") this.#show({ of: source, asked, found: answer.found, sourceValue });
      else this.refusal.value = answer.kind === "problems" ? answer.problems.map(({ message }) => message).join("; ") : refusalOf(answer);
    });
    this.#id = id;
  }

  stop(): void {
    if (!this.isRunning.value) return;
    this.#client.cancel(this.#id);
    this.#pool.stop();
  }

  /** Forgets the plan before. */
  clear(): void {
    this.stop();
    this.slid.value = undefined;
    this.refusal.value = undefined;
  }

  #show({
    of,
    asked,
    found,
    sourceValue,
  }: Pick<Slid, "of" | "asked"> & { readonly found: WhatIf; readonly sourceValue: string | undefined }): void {
    const { points, slider } = found;
    const own = points.findIndex(({ value }) => String(value) === sourceValue);
    this.place.value = own >= 0 ? own : Math.floor(points.length / 2);
    this.slid.value = { of, asked, tried: points, most: slider.values.length, found };
  }
}

function refusalOf(answer: { readonly kind: string; readonly message?: string }): string {
  return answer.message ?? answer.kind;
}
