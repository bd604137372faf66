import { counted, grouped } from "@tokenyard/scenario";
import type { PoolReport, Report } from "../../schema/report.ts";
import type { Page } from "../page.ts";
import { phrases } from "../paragraph.ts";
import { rounded } from "../precision.ts";
import { bytes, percent, seconds } from "../quantity.ts";

/** Layout and load of each pool, and the caches that moved between them. */
export function poolLines({ pools, transfers }: Report, page: Page): string[] {
  if (pools === null || transfers === null) return [];
  const { ink, width, numbers } = page;
  const lines = pools.flatMap((pool, at) => phrases([`${pool.role.padEnd(9)} ${sizeOf(pool)}`, ...loadOf(at, page)], "  ", width));
  const took = (path: string) => numbers.text(`transfers.${path}`, seconds);
  const caches = numbers.text("transfers.count", (value, step) => counted(rounded(value, step), "cache"));
  const moved =
    transfers.seconds === null
      ? ["transfers none"]
      : [
          `transfers ${caches} of ${numbers.text("transfers.bytes / transfers.count", bytes)} on average`,
          `${took("seconds.mean")} after the prompt, p99 ${took("seconds.p99")}`,
          `waited ${took("waitSeconds.mean")} before, p99 ${took("waitSeconds.p99")}`,
        ];
  return [ink.strong("Pools"), ...lines, ...phrases(moved, "  ", width)];
}

function sizeOf({ replicas, gpus }: PoolReport): string {
  return `${grouped(replicas)} × ${counted(gpus / replicas, "GPU")}`;
}

function loadOf(at: number, { numbers }: Page): string[] {
  const share = (path: string) => numbers.text(`pools.${at}.${path}`, percent);
  return [`computes ${share("computeShare")} of the time`, `cache ${share("kv.meanShare")} held, ${share("kv.peakShare")} at the peak`];
}
