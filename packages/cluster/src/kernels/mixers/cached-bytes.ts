import type { CachedRead } from "./mixer-fit.ts";

/** Seconds to move `bytes`, of which a cache has all up to `kept`, and none from twice as many on. Source: docs/models/kernels.md#fitted-mixers. */
export function cachedSeconds(bytes: number, { bandwidthEfficiency, cache, kept }: CachedRead, bytesPerSecond: number): number {
  const near = bytes / (bytesPerSecond * cache);
  const missed = Math.min(1, Math.max(0, bytes / kept - 1));
  if (missed === 0) return near;
  return near + missed * Math.max(0, bytes / (bytesPerSecond * bandwidthEfficiency) - near);
}
