import type { Report, ReportWords } from "@tokenyard/report";
import { render } from "preact";
import { FirstScreen } from "../report/first-screen.tsx";
import { ReportView, TimeSplits } from "../report/report-view.tsx";
import type { Latencies } from "../worker/messages.ts";
import { asksToEmbed } from "./embed.ts";

/** What the command line puts into a report's file. */
interface Kept {
  readonly report: Report;
  /** The text is in the part of the file that works without scripts. */
  readonly words: Pick<ReportWords, "assumed">;
  readonly latencies: Latencies;
  /** Command that made the report. */
  readonly command: string;
  /** The resolved scenario, as YAML. */
  readonly scenario: string;
}

const place = document.getElementById("page")!;
const { report, words, latencies, command, scenario } = JSON.parse(document.getElementById("report")!.textContent ?? "") as Kept;

const text = place.querySelector("pre")?.textContent ?? "";

place.replaceChildren();
if (asksToEmbed(location.hash)) {
  render(
    <div class="embedded">
      <FirstScreen report={report} />
      <TimeSplits report={report} />
      <p>
        <a href={location.href.replace(/#.*$/, "")} target="_blank" rel="noopener">
          The whole report
        </a>
      </p>
    </div>,
    place,
  );
} else {
  render(
    <>
      <FirstScreen report={report} />
      <ReportView report={report} words={{ ...words, text }} latencies={latencies} />
      <h2>Made by</h2>
      <p>
        tokenyard {report.version}: <code>{command}</code>
      </p>
      <details>
        <summary>The scenario that gives this report</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
        <pre tabIndex={0}>{scenario}</pre>
      </details>
    </>,
    place,
  );
}
