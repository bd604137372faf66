import { type PointResult, Stop } from "@tokenyard/study";
import type { Order } from "./messages.ts";
import type { Surroundings } from "./surroundings.ts";

type OrderOf<Kind extends Order["kind"]> = Extract<Order, { kind: Kind }>;

/** A slider that is under way: what ends it, and who waits for which value. */
interface SliderRun {
  readonly stop: Stop;
  readonly waiting: Map<number, (row: PointResult | undefined) => void>;
}

/** Carries out orders of sliders, whose values the page has other Workers run. */
export class SliderDesk {
  readonly #around: Surroundings;
  readonly #underWay = new Map<number, SliderRun>();

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** Answers with each value as it ends, then with all; after `stop` with what had ended. Throws Problems. */
  async take({ id, source, asked, workers }: OrderOf<"what-if">): Promise<void> {
    const { post, readBlob } = this.#around;
    const own: SliderRun = { stop: new Stop(), waiting: new Map() };
    this.#underWay.set(id, own);
    let runs = 0;
    try {
      const { sliderAnswer } = await import("./sliders.ts");
      const found = await sliderAnswer(source, asked, {
        readBlob,
        workers,
        signal: own.stop,
        onTried: (tried, most) => post({ kind: "tried", id, tried, most }),
        row: (path, value) =>
          new Promise((resolve) => {
            const run = runs++;
            own.waiting.set(run, resolve);
            post({ kind: "wanted", id, run, path, value });
          }),
      });
      post({ kind: "what-if", id, found });
    } finally {
      this.#underWay.delete(id);
    }
  }

  /** A row that was asked for. */
  hear({ of, run, row }: OrderOf<"found">): void {
    const { waiting } = this.#underWay.get(of) ?? {};
    waiting?.get(run)?.(row);
    waiting?.delete(run);
  }

  /** Ends order `id`, if it is a slider's. */
  stop(id: number): void {
    this.#underWay.get(id)?.stop.abort();
  }
}
