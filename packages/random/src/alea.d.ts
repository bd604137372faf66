declare module "seedrandom/lib/alea.js" {
  import type { PRNG } from "seedrandom";

  /** The alea generator alone, without the other generators of the package. */
  export default function alea(seed: string): PRNG;
}
