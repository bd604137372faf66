/** Outcome of one alert rule. Times are milliseconds, −1 where there is none. */
export interface AlertRuleRow {
  readonly name: string;
  readonly metric: string;
  readonly unit: string;
  readonly side: "above" | "below";
  readonly bound: number;
  readonly forMs: number;
  readonly everyMs: number;
  readonly fired: number;
  readonly held: number;
  readonly longestPendingMs: number;
  /** NaN where nothing held for as long as the rule waits */
  readonly reach: number;
  readonly episodes: readonly AlertRow[];
}

export interface AlertRow {
  readonly labels: Readonly<Record<string, string>>;
  readonly pendingMs: number;
  readonly firingMs: number;
  readonly resolvedMs: number;
}
