import { loadVariance, maxOverMean } from "@tokenyard/model";
import { Histogram, type RankLoads } from "@tokenyard/report";

/** How uneven layers of passes were by experts' rank. */
export class RankLoadLog {
  readonly #loadVariance = new Histogram();
  #maxOverMean = 0;

  /** `rows` [experts' ranks]: kept copies for each rank, in so many layers of passes alike. One rank alone is no observation. */
  add(rows: Float64Array, times: number): void {
    const most = maxOverMean(rows);
    if (rows.length < 2 || most === 0) return;
    this.#loadVariance.add(loadVariance(rows), times);
    this.#maxOverMean += most * times;
  }

  columns(): RankLoads {
    return { loadVariance: this.#loadVariance.columns(), maxOverMean: this.#maxOverMean };
  }
}
