/** Fits of a network with other links, of which these have `share` of the bandwidth: rates scaled, latencies as they are. */
export function borrowed(fits: readonly Readonly<Record<string, unknown>>[], share: number, shareOfTier: number): object[] {
  return fits.map((fit) => {
    if (fit["kind"] === "exchange" || fit["kind"] === "send") return { ...fit, bandwidth: scaled(fit["bandwidth"], shareOfTier) };
    const switched = "switched" in fit ? { switched: scaled(fit["switched"], share) } : {};
    return { ...fit, bandwidth: scaled(fit["bandwidth"], share), start: scaled(fit["start"], share), ...switched };
  });
}

/** A quantity, times so much, to three figures. */
function scaled(quantity: unknown, times: number): string {
  const [value, unit] = String(quantity).split(" ");
  return `${Number((Number(value) * times).toPrecision(3))} ${unit}`;
}
