import { pow } from "@tokenyard/random";

/** A standard normal quantile: Tukey's lambda, within 0.01 from 1 to 99 %; beyond 0.5 and 99.5 % as there. */
export function normalQuantile(share: number): number {
  const within = Math.min(0.995, Math.max(0.005, share));
  return (pow(within, 0.135) - pow(1 - within, 0.135)) / 0.1975;
}
