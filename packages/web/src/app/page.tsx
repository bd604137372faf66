import { useEffect } from "preact/hooks";
import { EditorPane } from "../editor/editor-pane.tsx";
import { FieldsPanel } from "../fields/fields-panel.tsx";
import { GuidePanel } from "../guides/guide-panel.tsx";
import { AskedNumber } from "../report/asked-number.tsx";
import { FirstScreen } from "../report/first-screen.tsx";
import { ReportView, TimeSplits } from "../report/report-view.tsx";
import { TimelineView } from "../timeline/timeline-view.tsx";
import { EmbeddedView, isEmbedded } from "./embedded-view.tsx";
import { FollowedStudy } from "./followed-study.tsx";
import { Gallery } from "./gallery.tsx";
import type { GalleryFile } from "./gallery-file.ts";
import { Header } from "./header.tsx";
import { LateView } from "./late-view.tsx";
import { PlanState } from "./plan-state.tsx";
import { sentClaims } from "./sent.ts";
import type { Served } from "./served.ts";
import { type Session, VIEWS, type View } from "./session.ts";
import { StudyPane } from "./study-pane.tsx";

export interface PageProps {
  readonly session: Session;
  readonly gallery: GalleryFile | undefined;
  readonly given: Served;
}

const TITLES: Readonly<Record<View, string>> = {
  answer: "Answer",
  report: "Report",
  "what-if": "What if",
  map: "Map",
  timeline: "Timeline",
  study: "Study",
};
const loadMap = async () => (await import("../map/map-view.tsx")).MapView;
const loadWhatIf = async () => (await import("../what-if/what-if-view.tsx")).WhatIfView;

/** Views that are not about the report that is shown beside them. */
const OWN: ReadonlySet<View> = new Set(["what-if", "map", "timeline", "study"]);

/** The whole page: the gallery when nothing is open, else the plan on one side and its results on the other. */
export function Page({ session, gallery, given }: PageProps) {
  const source = session.source.value;
  const followed = session.followed.value;
  const name = session.answered.value?.report.scenario.name ?? session.checked.value?.name;
  const verdict = session.answered.value?.report.conclusion.verdict.replaceAll("-", " ");
  useEffect(() => {
    document.title =
      source === undefined || name === undefined ? "Tokenyard" : `${name}${verdict === undefined ? "" : `: ${verdict}`} · Tokenyard`;
  }, [source, name, verdict]);
  if (isEmbedded.value && source !== undefined) return <EmbeddedView session={session} />;
  return (
    <>
      <Header session={session} />
      <p class="hidden" role="status">
        {session.news.value}
      </p>
      {source === undefined && followed !== undefined ? (
        <main>
          <Refusal session={session} />
          <FollowedStudy session={session} study={followed} />
        </main>
      ) : source === undefined ? (
        <main>
          <Refusal session={session} />
          <Gallery gallery={gallery} given={given} session={session} onOpen={(opened) => session.openAndRun(opened)} />
        </main>
      ) : (
        <main class="plan">
          <section class="side" aria-label="the plan">
            <details open class="sheet">
              <summary>The plan</summary>
              <FieldsPanel session={session} />
              <EditorPane session={session} />
            </details>
          </section>
          <section class="answers" aria-label="what it does">
            <Refusal session={session} />
            {session.answered.value === undefined && session.checked.value === undefined && sentClaims.value === undefined && (
              <h1 class="hidden">{source.path}</h1>
            )}
            <GuidePanel session={session} />
            <PlanState session={session} />
            <Answers session={session} />
          </section>
        </main>
      )}
    </>
  );
}

/** Reason why the given files cannot be opened; what is open stays. */
function Refusal({ session }: { readonly session: Session }) {
  const refused = session.refused.value;
  if (refused.length === 0) return null;
  return (
    <div class="problems refused" role="alert">
      <ul>
        {refused.map(({ message, place }) => (
          <li key={`${place} ${message}`}>
            {place !== "" && <code>{place}</code>} {message}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Answers({ session }: { readonly session: Session }) {
  const answered = session.answered.value;
  if (answered === undefined) return null;
  const baseline = session.baseline.value === answered ? undefined : session.baseline.value;
  const pale = session.isPale.value;
  const view = session.view.value;
  return (
    <>
      <nav class="tabs" aria-label="views">
        {VIEWS.map((each) => (
          <button key={each} type="button" aria-current={each === view ? "page" : undefined} onClick={() => (session.view.value = each)}>
            {TITLES[each]}
          </button>
        ))}
        <button type="button" class="pin" aria-pressed={session.baseline.value === answered} onClick={() => session.pin()}>
          {session.baseline.value === answered ? "this is the baseline" : "make this the baseline"}
        </button>
      </nav>
      <div class={pale ? "pale" : ""}>
        {!OWN.has(view) && <FirstScreen report={answered.report} baseline={baseline?.report} />}
        {view === "timeline" && <TimelineView session={session} />}
        {view === "map" && <LateView key="map" session={session} load={loadMap} />}
        {view === "what-if" && <LateView key="what-if" session={session} load={loadWhatIf} />}
        {view === "study" && <StudyPane session={session} />}
        {view === "answer" && <TimeSplits report={answered.report} baseline={baseline?.report} />}
        {view === "report" && (
          <ReportView
            report={answered.report}
            words={answered.words.value}
            latencies={answered.latencies}
            memories={answered.memories}
            roofline={answered.roofline}
            baseline={baseline?.report}
            baselineLatencies={baseline?.latencies}
          />
        )}
        {view === "report" && <AskedNumber report={answered.report} />}
      </div>
    </>
  );
}
