import { signal } from "@preact/signals";
import { columnBytes, columnsOf, type KeptTimeline } from "@tokenyard/report";
import { useEffect, useState } from "preact/hooks";
import { inflated } from "../link/deflated.ts";
import { timelineOf } from "../timeline/timeline-of.ts";
import { Timelines } from "../timeline/timeline-view.tsx";
import type { Timeline } from "../worker/messages.ts";
import { drawReport } from "./report-file.tsx";

/** A timeline with its columns: deflated, in the letters of base64url. */
interface Lettered extends KeptTimeline {
  readonly letters: string;
}

/** What is shown; there is nothing behind a file that could run again for other ranks. */
const OWNER = { stretch: signal(undefined), running: signal(undefined), drawTimeline: undefined };

drawReport<{ readonly timeline: Lettered }>(({ timeline, report }) => <ReadTimeline kept={timeline} name={report.scenario.name} />);

function ReadTimeline({ kept, name }: { readonly kept: Lettered; readonly name: string }) {
  const [timeline, setTimeline] = useState<Timeline | "cut">();
  useEffect(() => {
    timelineFrom(kept).then(setTimeline, () => setTimeline("cut"));
  }, [kept]);
  if (timeline === undefined) return <p>Reading the timeline…</p>;
  if (timeline === "cut") return <p>The timeline in this file is not whole: a program may have cut it. The report above is.</p>;
  return <Timelines owner={OWNER} name={name} timeline={timeline} level={2} />;
}

async function timelineFrom({ letters, ...kept }: Lettered): Promise<Timeline> {
  return timelineOf(kept, columnsOf(kept, await inflated(letters, columnBytes(kept))), []);
}
