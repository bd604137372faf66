// A scale between values and places on the page.

const WIDE = 20;
const MOST_DECADES = 12; // with a tick each

/** Where values lie between `from` and `to` (in pixels), with round ticks; logarithmic when they span more than a factor of 20. */
export function axisOf(values, from, to) {
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const isLogarithmic = low > 0 && high / low > WIDE;
  const mapped = isLogarithmic ? Math.log10 : (value) => value;
  const span = mapped(high) - mapped(low);
  const place = (value) => (span === 0 ? (from + to) / 2 : from + ((mapped(value) - mapped(low)) / span) * (to - from));
  return { isLogarithmic, place, ticks: values.length === 0 ? [] : isLogarithmic ? powers(low, high) : rounds(low, high) };
}

function powers(low, high) {
  const ticks = [];
  const decades = Math.log10(high / low);
  const stride = Math.ceil(decades / MOST_DECADES);
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power += stride) {
    for (const lead of decades > 3 ? [1] : [1, 2, 5]) {
      const tick = lead * 10 ** power;
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  }
  return ticks;
}

function rounds(low, high) {
  if (low === high) return [low];
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((lead) => lead * power).find((size) => size >= rough);
  const ticks = [];
  for (let i = Math.ceil(low / step); i * step <= high; i++) ticks.push(Number((i * step).toPrecision(12)));
  return ticks;
}
