import { signal } from "@preact/signals";
import { FirstScreen } from "../report/first-screen.tsx";
import { ReportView, TimeSplits } from "../report/report-view.tsx";
import { TimelineView } from "../timeline/timeline-view.tsx";
import { withoutEmbed } from "./embed.ts";
import { PlanState } from "./plan-state.tsx";
import type { Session } from "./session.ts";

/** Whether the page shows the result alone, as a part of another page. */
export const isEmbedded = signal(false);

/** The result alone, in a frame of another page: the view that its address asks for, and a way to the whole page. */
export function EmbeddedView({ session }: { readonly session: Session }) {
  const answered = session.answered.value;
  const view = session.view.value;
  const running = session.running.value;
  return (
    <main class="embedded">
      {answered === undefined && <PlanState session={session} />}
      {answered !== undefined && view !== "timeline" && <FirstScreen report={answered.report} />}
      {answered !== undefined && view === "answer" && <TimeSplits report={answered.report} />}
      {answered !== undefined && view === "report" && (
        <ReportView report={answered.report} words={answered.words.value} latencies={answered.latencies} memories={answered.memories} />
      )}
      {answered !== undefined && view === "timeline" && <TimelineView session={session} />}
      <p class="faint">
        {running === undefined ? "" : "running… "}
        <a href={`${location.href.replace(/#.*$/, "")}${withoutEmbed(location.hash)}`} target="_blank" rel="noopener">
          Open in Tokenyard
        </a>
      </p>
    </main>
  );
}
