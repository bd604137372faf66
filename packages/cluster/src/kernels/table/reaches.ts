import { Covariance } from "./covariance.ts";
import type { Neighbourhood } from "./kriged-points.ts";
import type { TabledShape } from "./measured-sizes.ts";

const NONE = Number.POSITIVE_INFINITY;

interface Kriged {
  readonly covariance: Covariance;
  readonly neighbourhood: Neighbourhood;
}

/** Covariance of the ratios of kernels, and the number of tables to use. Source: docs/models/kernels.md#profile-tables. */
export const KRIGED: Readonly<Record<TabledShape["kind"], Kriged>> = {
  linear: {
    covariance: new Covariance([
      { share: 1, sizes: [0.65, 0.2], load: [NONE, 4, NONE, NONE] }, // of nearly the same matrix
      { share: 1.5, sizes: [2.2, 2.2], load: [NONE, 1.2, NONE, NONE] }, // of nearly as many rows
      { share: 1.5, sizes: [4, NONE], load: [NONE, NONE, 1.5, NONE] }, // the same number of tiles in any arrangement
      { share: 10, sizes: [20, 20], load: [NONE, 100, NONE, NONE] }, // growth with the load
    ]),
    neighbourhood: { tables: 24, points: 600 },
  },
  experts: {
    covariance: new Covariance([
      { share: 1, sizes: [0.35, 0.35, 1.4], load: [0.7, 4, 5, 5.5] }, // of nearly the same matrices
      { share: 0.5, sizes: [1.1, 12, 2.5], load: [1.9, 1.5, 1.6, 5.5] }, // of one model, whatever part of an expert a rank has
    ]),
    neighbourhood: { tables: 8, points: 1200 },
  },
  "attention-prefill": {
    covariance: new Covariance([
      { share: 1, sizes: [0.7, 0.7, 0.5], load: [4, 8, NONE, NONE] }, // of nearly the same heads
      { share: 1.3, sizes: [5, NONE, 0.5], load: [2, NONE, 2, NONE] }, // of as many rows of queries in all heads
      { share: 10, sizes: [20, 20, 20], load: [40, 40, NONE, NONE] }, // growth with the load
    ]),
    neighbourhood: { tables: 8, points: 600 },
  },
  "attention-decode": {
    covariance: new Covariance([
      { share: 1, sizes: [1.2, 1.2, 0.5], load: [1, 8, NONE, NONE] }, // of nearly the same heads
      { share: 1.3, sizes: [5, NONE, 0.5], load: [NONE, 3, 3, 1.5] }, // of as many sequences and rows of the cache in all KV heads
      { share: 10, sizes: [20, 20, 20], load: [40, 40, NONE, NONE] }, // growth with the load
    ]),
    neighbourhood: { tables: 8, points: 600 },
  },
};
