import { measured } from "@tokenyard/report";
import type { Timeline } from "../worker/messages.ts";

interface SpanCardProps {
  readonly timeline: Timeline;
  readonly at: number;
  /** Undefined where the rank that it waited for is not shown, or it waited for none. */
  readonly onCause: (() => void) | undefined;
}

/** One span: its op, where and when it ran, and for which rank it waited. */
export function SpanCard({ timeline: { spans, ops }, at, onCause }: SpanCardProps) {
  const [start, end, work] = [spans.startNs[at]!, spans.endNs[at]!, spans.workNs[at]!];
  const layer = spans.layer[at]!;
  const time = (ns: number) => measured(ns / 1e9, "s");
  const parts = [
    ops[spans.kind[at]!],
    ...(layer < 0 ? [] : [`layer ${layer}`]),
    `micro-batch ${spans.microBatch[at]}`,
    spans.phase[at] === 0 ? "prefill" : "decode",
    `rank ${spans.rank[at]}`,
    `${time(start)} to ${time(end)}`,
    `works ${time(work - start)}`,
    ...(end > work ? [`waits ${time(end - work)} for rank ${spans.cause[at]}`] : []),
  ];
  return (
    <p class="span-card" role="status">
      {parts.join(" · ")}{" "}
      {onCause !== undefined && (
        <button type="button" onClick={onCause}>
          to rank {spans.cause[at]}
        </button>
      )}
    </p>
  );
}
