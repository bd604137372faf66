import type { Report, Warning } from "./report.ts";

/** Copies over capacity above this share are worth a word: those tokens pass the layer on the residual alone. */
const DROPPED_SHARE = 0.01;

/** Warnings that only the outcome can give. */
export function outcomeWarnings({ requests, tokens, memory }: Pick<Report, "requests" | "tokens" | "memory">): Warning[] {
  const warnings: Warning[] = [];
  const unfinished = requests.arrived - requests.finished;
  if (requests.finished === 0) {
    warnings.push({ code: "no-request-finished", message: `none of ${requests.arrived} requests finished` });
  } else if (unfinished > 0) {
    const fates = `${requests.rejected} rejected, ${requests.failed} failed, ${unfinished - requests.rejected - requests.failed} still open`;
    warnings.push({ code: "requests-unfinished", message: `${unfinished} of ${requests.arrived} requests did not finish: ${fates}` });
  }
  if (tokens.dropped > DROPPED_SHARE * tokens.routed) {
    const percent = ((100 * tokens.dropped) / tokens.routed).toFixed(1);
    warnings.push({
      code: "copies-dropped",
      message: `${percent} % of the copies exceed their expert's capacity and are lost to the layer`,
    });
  }
  if (memory.peak > memory.limit) {
    const percent = Math.ceil((100 * memory.peak) / memory.limit);
    warnings.push({ code: "memory-over-limit", message: `the fullest rank needs ${percent} % of its memory limit` });
  }
  return warnings;
}
