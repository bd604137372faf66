/** Copies that nodes ask of experts, each in the same proportions. */
export interface DealtCopies {
  /** [nodes] share of all copies that a node sends */
  readonly shares: Float64Array;
  /** [experts] of all nodes */
  readonly copies: Float64Array;
}

/** Result of `crossedAware` for them: the most popular experts are where most is sent. */
export function crossedAwareOfDealt({ shares, copies }: DealtCopies): number {
  const room = Math.ceil(copies.length / shares.length);
  const nodes = shares.toSorted().reverse();
  const experts = copies.toSorted().reverse();
  let crossed = 0;
  for (let x = 0; x < experts.length; x++) crossed += experts[x]! * (1 - nodes[Math.floor(x / room)]!);
  return crossed;
}
