import { measured } from "@tokenyard/report";
import type { Timeline } from "../../worker/messages.ts";

interface SpanCardProps {
  readonly timeline: Timeline;
  readonly at: number;
  /** Shows the rank that it waited for. */
  readonly onCause: () => void;
}

/** One span: its op, where and when it ran, and for which rank it waited. */
export function SpanCard({ timeline: { spans, ops }, at, onCause }: SpanCardProps) {
  const [start, end, work] = [spans.startNs[at]!, spans.endNs[at]!, spans.workNs[at]!];
  const layer = spans.layer[at]!;
  const time = (ns: number) => measured(ns / 1e9, "s");
  const waits = end > work && spans.cause[at] !== spans.rank[at];
  const parts = [
    ops[spans.kind[at]!],
    ...(layer < 0 ? [] : [`layer ${layer}`]),
    `micro-batch ${spans.microBatch[at]}`,
    spans.phase[at] === 0 ? "prefill" : "decode",
    `rank ${spans.rank[at]}`,
    `${time(start)} to ${time(end)}`,
    `works ${time(work - start)}`,
    ...(end > work ? [`waits ${time(end - work)} for ${waits ? `rank ${spans.cause[at]}` : "the others of its group"}`] : []),
  ];
  return (
    <p class="span-card" role="status">
      {parts.join(" · ")}{" "}
      {waits && (
        <button type="button" onClick={onCause}>
          to rank {spans.cause[at]}
        </button>
      )}
    </p>
  );
}
