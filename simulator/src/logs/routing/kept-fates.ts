import type { FatesByExpert } from "@tokenyard/model";

/** What became of the copies of a layer, expert by expert, copied. */
export class KeptFates implements FatesByExpert {
  readonly reroutedIn: Float64Array;
  readonly reroutedOut: Float64Array;
  readonly dropped: Float64Array;
  readonly masked: Float64Array;

  constructor(experts: number) {
    const column = () => new Float64Array(experts);
    this.reroutedIn = column();
    this.reroutedOut = column();
    this.dropped = column();
    this.masked = column();
  }

  take({ reroutedIn, reroutedOut, dropped, masked }: FatesByExpert): this {
    this.reroutedIn.set(reroutedIn);
    this.reroutedOut.set(reroutedOut);
    this.dropped.set(dropped);
    this.masked.set(masked);
    return this;
  }
}
