import type { PhaseExperts } from "./balance-schema.ts";

type EarlierLayer = Omit<PhaseExperts["perLayer"][number], "copies" | "tokens"> & { readonly tokens: readonly number[] };
type EarlierExperts = Omit<PhaseExperts, "leastEven" | "perLayer"> & { readonly perLayer: readonly EarlierLayer[] };

/** The format of today's reports. */
export const REPORT_FORMAT = 2;

/**
 * `report`, the tree of one, in today's format. Format 1 had the copies of each expert in each layer, and neither their sums nor the least even
 * layer. What is no report of format 1 is returned as it is.
 */
export function currentReport(report: unknown): unknown {
  if (!isEarlier(report)) return report;
  const { balance } = report;
  const { prefill, decode } = balance.expert;
  return {
    ...report,
    tokenyard: REPORT_FORMAT,
    balance: { ...balance, expert: { prefill: currentExperts(prefill), decode: currentExperts(decode) } },
  };
}

interface EarlierReport {
  readonly tokenyard: 1;
  readonly balance: { readonly expert: { readonly prefill: EarlierExperts | null; readonly decode: EarlierExperts | null } };
}

function isEarlier(report: unknown): report is EarlierReport {
  const { tokenyard, balance } = (report ?? {}) as { tokenyard?: unknown; balance?: { expert?: { prefill?: unknown; decode?: unknown } } };
  const { prefill, decode } = balance?.expert ?? {};
  return tokenyard === 1 && [prefill, decode].every((phase) => phase === null || hasCopies(phase));
}

function hasCopies(phase: unknown): boolean {
  const { perLayer } = (phase ?? {}) as { perLayer?: unknown };
  return Array.isArray(perLayer) && perLayer.length > 0 && perLayer.every((layer) => Array.isArray(layer?.tokens));
}

function currentExperts(phase: EarlierExperts | null): PhaseExperts | null {
  if (phase === null) return null;
  const { perLayer, ...rest } = phase;
  const variances = perLayer.map(({ loadVariance }) => loadVariance ?? 0);
  const { layer, tokens } = perLayer[variances.indexOf(Math.max(...variances))]!;
  const layers = perLayer.map((row) => ({ copies: row.tokens.reduce((sum, copies) => sum + copies, 0), ...row, tokens: [...row.tokens] }));
  return { ...rest, leastEven: { layer, tokens: [...tokens] }, perLayer: layers };
}
