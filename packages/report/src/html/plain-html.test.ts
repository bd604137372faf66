import { metricOf } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { answered, tiny } from "../recording/tiny-recording.contract.ts";
import { summarize } from "../summary/summarize.ts";
import { renderText } from "../text/render-text.ts";
import { htmlText, plainHtml, titleOf } from "./plain-html.ts";

const target = { name: "ttft", metric: metricOf("ttft")!, value: 0.0004 };

test("a report without scripts has the plan, the conclusion, its numbers, its warnings and the whole text", () => {
  const report = summarize(answered, [target]);
  const html = plainHtml(report);
  expect(html).toContain("<p>1 M parameters (600 k active) on 2 GPUs in 1 node; 3 requests</p>");
  expect(html).toContain(`<strong>${htmlText(report.conclusion.sentences.join(" "))}</strong>`);
  expect(html).toContain("<td>✗</td><td>highest TTFT</td><td>500 us</td><td>≤ 400 us</td><td>1.25× over</td>");
  expect(html).toContain("<li>size-slip: the declared size is not what the sizes give</li>");
  expect(html).toContain(htmlText(renderText(report)));
  expect(titleOf(report)).toBe("tiny: missed");
});

test("fewer than three targets are joined by means and throughput", () => {
  expect(plainHtml(summarize(answered, [target])).match(/<tr><td>/g)).toHaveLength(3);
  expect(plainHtml(summarize(answered)).match(/<tr><td>/g)).toHaveLength(3);
});

test("markup in a name stays text", () => {
  const name = `</pre><script>alert("1")</script>&`;
  const html = plainHtml(summarize({ ...tiny, scenario: { ...tiny.scenario, name } }));
  expect(html).not.toContain("<script");
  expect(
    html
      .match(/<[a-z1-9]+/g)!
      .every((tag) =>
        ["<h1", "<h2", "<p", "<strong", "<table", "<thead", "<tbody", "<tr", "<th", "<td", "<ul", "<li", "<pre"].includes(tag),
      ),
  ).toBe(true);
});
