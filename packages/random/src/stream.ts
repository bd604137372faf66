/** A source of chance. */
export interface Stream {
  /** A uniform number in [0, 1): a multiple of 2⁻⁵³, each as likely. */
  next(): number;
  /** 32 random bits as a whole number from −2³¹ to 2³¹ − 1, each as likely; at half the price of a number. */
  bits(): number;
}

/** A stream that can go back to where it was. */
export interface NamedStream extends Stream {
  mark(mark: StreamMark): void;
  goBack(mark: StreamMark): void;
}

/** Where a stream stands. */
export interface StreamMark {
  /** Where its block began. */
  readonly state: Float64Array;
  at: number;
}
