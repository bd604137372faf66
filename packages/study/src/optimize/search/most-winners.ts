/** Probability that bounds the doubt about a set of which no randomly drawn member was a winner. */
const DOUBT = 0.05;

/** With 95 % confidence, the most winners among `all`, of which `drawn` were drawn at random without any: hypergeometric. */
export function mostWinners(drawn: number, all: number): number {
  if (drawn === 0) return all;
  let probability = 1; // that none of the winners was drawn
  for (let winners = 0; ; winners++) {
    if (probability < DOUBT) return winners - 1;
    if (winners === all - drawn) return winners;
    probability *= (all - drawn - winners) / (all - winners);
  }
}

/** The fewest draws from `all` after which, without a winner among them, at most the share `most` of the others would win. */
export function drawsFor(most: number, all: number): number {
  let drawn = 0;
  while (drawn < all && mostWinners(drawn, all) > most * (all - drawn)) drawn++;
  return drawn;
}
