const PREFIXES = ["", "k", "M", "G", "T", "P"] as const;

/** Three significant digits with the prefix that leaves one to three digits before the point: `67.4 MFLOP`, `1.02 kB`. */
export function amount(value: number, unit: string): string {
  const thousands = value < 1 ? 0 : Math.floor(Math.log10(Number(value.toPrecision(3))) / 3);
  const step = Math.min(thousands, PREFIXES.length - 1);
  return `${Number((value / 1000 ** step).toPrecision(3))} ${PREFIXES[step]}${unit}`.trim();
}

/** A whole number with its thousands set apart, as the scenario room writes it; here, as a start must not load that room. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `1 stage`, `16 stages`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** Three digits of a number of some unit a second: `0.100`, `41.2`, `41,200`. */
export function rateText(perSecond: number): string {
  return perSecond < 999.5 ? perSecond.toPrecision(3) : grouped(Number(perSecond.toPrecision(3)));
}
