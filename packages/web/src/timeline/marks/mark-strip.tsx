import type { Mark, MarkKind } from "@tokenyard/report";
import type { Stretch } from "../raster.ts";
import { signsOf } from "./mark-sign.ts";

/** By shape and by letter, so that colour alone says nothing. */
export const MARK_SIGNS: Readonly<Record<MarkKind, string>> = { fault: "✖", rebalance: "⇄", alert: "▲", preemption: "↺" };

/** Signs of the marks over the picture; a click on a sign shows its first mark. */
export function MarkStrip({
  marks,
  stretch,
  onShow,
}: {
  readonly marks: readonly Mark[];
  readonly stretch: Stretch;
  readonly onShow: (mark: Mark) => void;
}) {
  if (marks.length === 0) return null;
  return (
    <div class="marks">
      {signsOf(marks, stretch).map(({ kind, share, marks: own }) => {
        const words = own.length === 1 ? own[0]!.words : `${own.length} times: ${own[0]!.words}`;
        return (
          <button
            key={`${kind} ${share}`}
            type="button"
            tabIndex={-1} // the table of marks is for keys
            class={kind}
            style={{ left: `${100 * share}%` }}
            title={words}
            aria-label={`${kind}: ${words}`}
            onClick={() => onShow(own[0]!)}
          >
            {MARK_SIGNS[kind]}
          </button>
        );
      })}
    </div>
  );
}

/** A line at each sign, and a band for marks that last. */
export function MarkLines({ marks, stretch }: { readonly marks: readonly Mark[]; readonly stretch: Stretch }) {
  const { fromNs, toNs } = stretch;
  const share = (ns: number) => Math.min(100, Math.max(0, (100 * (ns - fromNs)) / (toNs - fromNs)));
  const lasting = marks
    .filter((mark) => mark.toNs > mark.fromNs && mark.kind !== "rebalance" && mark.fromNs < toNs && mark.toNs > fromNs)
    .slice(0, 50);
  return (
    <div class="mark-lines" aria-hidden="true">
      {lasting.map((mark) => (
        <i
          key={`${mark.kind} ${mark.fromNs} ${mark.words}`}
          class={`band ${mark.kind}`}
          style={{ left: `${share(mark.fromNs)}%`, width: `${share(mark.toNs) - share(mark.fromNs)}%` }}
        />
      ))}
      {signsOf(marks, stretch).map(({ kind, share: at }) => (
        <i key={`${kind} ${at}`} class={kind} style={{ left: `${100 * at}%` }} />
      ))}
    </div>
  );
}
