interface Way {
  readonly bandwidth: string;
}

type Entry = Readonly<Record<string, unknown>>;

/** Fits of a network with other links, of which these have `share` of the bandwidth: rates of links scaled, those of GPUs and latencies as they are. */
export function borrowed(fits: readonly Entry[], share: number, shareOfTier: number): object[] {
  return fits.map((fit) => {
    if (fit["kind"] === "exchange" || fit["kind"] === "send") return { ...fit, bandwidth: scaled(fit["bandwidth"], shareOfTier) };
    const switched = "switched" in fit ? { switched: scaled(fit["switched"], share) } : {};
    const way = (name: string) => ({ ...(fit[name] as Way), bandwidth: scaled((fit[name] as Way).bandwidth, share) });
    return { ...fit, small: way("small"), medium: way("medium"), large: way("large"), ...switched };
  });
}

/** A quantity, times so much, to three figures. */
function scaled(quantity: unknown, times: number): string {
  const [value, unit] = String(quantity).split(" ");
  return `${Number((Number(value) * times).toPrecision(3))} ${unit}`;
}
