declare module "seedrandom/lib/alea.js" {
  import type { PRNG } from "seedrandom";

  interface AleaState {
    readonly s0: number;
    readonly s1: number;
    readonly s2: number;
    readonly c: number;
  }

  /** The alea generator alone, without the other generators of the package. */
  export default function alea(seed: string): PRNG;
  export default function alea(seed: string, options: { readonly state: true }): PRNG & { state(): AleaState };
}
