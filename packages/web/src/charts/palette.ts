/** `#rrggbb` as red, green and blue. */
export function channelsOf(colour: string): readonly [number, number, number] {
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  return [r!, g!, b!];
}
