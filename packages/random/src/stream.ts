/** A source of chance. */
export interface Stream {
  /** A uniform number in [0, 1): a multiple of 2⁻⁵³, each as likely. */
  next(): number;
  /** 32 random bits as a whole number from −2³¹ to 2³¹ − 1, each as likely; at half the price of a number. */
  bits(): number;
}
