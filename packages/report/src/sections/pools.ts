import { counted, grouped } from "@tokenyard/scenario";
import type { Page } from "../page.ts";
import { phrases } from "../paragraph.ts";
import { bytes, percent, seconds } from "../quantity.ts";
import type { PoolReport, Report } from "../report.ts";

/** What each pool is and how full it was, and the caches that moved between them. */
export function poolLines({ pools, transfers }: Report, { ink, width }: Page): string[] {
  if (pools === null || transfers === null) return [];
  const lines = pools.flatMap((pool) => phrases([`${pool.role.padEnd(9)} ${sizeOf(pool)}`, ...loadOf(pool)], "  ", width));
  const { count, seconds: took, waitSeconds: waited } = transfers;
  const moved =
    took === null
      ? ["transfers none"]
      : [
          `transfers ${counted(count, "cache")} of ${bytes(transfers.bytes / count)} in the mean`,
          `${seconds(took.mean)} after the first token, p99 ${seconds(took.p99)}`,
          `waited ${seconds(waited?.mean ?? null)} before, p99 ${seconds(waited?.p99 ?? null)}`,
        ];
  return [ink.strong("Pools"), ...lines, ...phrases(moved, "  ", width)];
}

function sizeOf({ replicas, gpus }: PoolReport): string {
  return `${grouped(replicas)} × ${counted(gpus / replicas, "GPU")}`;
}

function loadOf({ computeShare, kv }: PoolReport): string[] {
  return [`computes ${percent(computeShare)} of the time`, `cache ${percent(kv.meanShare)} held, ${percent(kv.peakShare)} at the peak`];
}
