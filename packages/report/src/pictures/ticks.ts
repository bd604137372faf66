/** Round values from `from` to `to`, at most `most`, with steps of 1, 2 or 5 times a power of ten. `from` < `to`. */
export function ticks(from: number, to: number, most: number): number[] {
  const least = (to - from) / most;
  let ten = 1;
  while (ten * 10 <= least) ten *= 10;
  while (ten > least) ten /= 10;
  const step = [1, 2, 5, 10].map((times) => times * ten).find((size) => size >= least) ?? ten * 10;
  const first = Math.ceil(from / step);
  const last = Math.floor(to / step);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => (first + at) * step).slice(0, most + 1);
}
