import type { Report, ReportWords, Roofline } from "@tokenyard/report";
import type { RanksMemory } from "@tokenyard/simulator";
import { type ComponentChildren, render } from "preact";
import { FirstScreen } from "../report/first-screen.tsx";
import { ReportView, TimeSplits } from "../report/report-view.tsx";
import type { Latencies } from "../worker/messages.ts";
import { asksToEmbed } from "./embed.ts";

/** What the command line puts into a report's file. */
export interface Kept {
  readonly report: Report;
  /** Assumptions in words; the text of the report is in the part of the file that works without scripts. */
  readonly words: Pick<ReportWords, "assumed">;
  readonly latencies: Latencies;
  readonly memories?: readonly RanksMemory[];
  readonly roofline?: Roofline;
  /** Command that made the report. */
  readonly command: string;
  /** The resolved scenario, as YAML. */
  readonly scenario: string;
}

/** Draws the report in the file, followed by `more`. */
export function drawReport<More>(more: (kept: Kept & More) => ComponentChildren): void {
  const place = document.getElementById("page")!;
  const kept = JSON.parse(document.getElementById("report")!.textContent ?? "") as Kept & More;
  const { report } = kept;
  const text = place.querySelector("pre")?.textContent ?? "";
  place.replaceChildren();
  if (asksToEmbed(location.hash)) render(<EmbeddedReport report={report} />, place);
  else render(<WholeReport {...kept} text={text} more={more(kept)} />, place);
}

function EmbeddedReport({ report }: Pick<Kept, "report">) {
  return (
    <div class="embedded">
      <FirstScreen report={report} />
      <TimeSplits report={report} />
      <p>
        <a href={location.href.replace(/#.*$/, "")} target="_blank" rel="noopener">
          The whole report
        </a>
      </p>
    </div>
  );
}

interface WholeReportProps extends Kept {
  readonly text: string;
  readonly more: ComponentChildren;
}

function WholeReport({ report, words, latencies, memories, roofline, command, scenario, text, more }: WholeReportProps) {
  return (
    <>
      <FirstScreen report={report} />
      <ReportView report={report} words={{ ...words, text }} latencies={latencies} memories={memories} roofline={roofline} />
      {more}
      <h2>Made by</h2>
      <p>
        tokenyard {report.version}: <code>{command}</code>
      </p>
      <details>
        <summary>The scenario that gives this report</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
        <pre tabIndex={0}>{scenario}</pre>
      </details>
    </>
  );
}
