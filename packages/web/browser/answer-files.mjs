// The files of answers: audit, comparison, availability, capacity and alerts as pages without a script.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { BIN, expect, folder, HOUSE, look, opened, SCREENS } from "./harness.mjs";

const plan = (name) => `scenarios/${name}/scenario.yaml`;
const COMMANDS = {
  audit: [plan("deployment-plan-audit"), "--no-ranges", "--no-remedies", "--max-replications", "1"],
  compare: [plan("two-ranks"), "scenarios/poisson-load/scenario.yaml", "--replications", "3"],
  availability: [plan("dead-gpu"), "--set", "availability=rsc-1", "--years", "20"],
  capacity: [plan("poisson-load"), "--replications", "1", "--precision", "50 %"],
  alerts: [plan("alerts-on-the-plan")],
};

/** Each opens from `file://` without a request, has its conclusion first, and holds what every view must. */
export async function answerFiles() {
  for (const [command, words] of Object.entries(COMMANDS)) {
    const file = join(folder, `${command}.html`);
    const run = promisify(execFile)(process.execPath, [BIN, command, ...words, "--html", file], { cwd: HOUSE });
    await run.catch(({ code, stderr }) => code === 1 || expect(`${command} writes a page: ${stderr}`, code, 0));
    const url = pathToFileURL(file).href;
    const page = await opened("about:blank", { bypassCSP: true }); // axe is a script of the test's
    const asked = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.goto(url);
    expect(`the file of ${command} asks for nothing`, asked, [url]);
    expect(`the file of ${command} has no script`, await page.locator("script").count(), 0);
    if (command === "audit") await unbroken(page);
    await look(page, `answer-of-${command}`);
    await page.context().close();
  }
}

/** No line ends between a number and its unit; on a desk the claimed and the found number are on one line. */
async function unbroken(page) {
  for (const [screen, size] of SCREENS) {
    await page.setViewportSize(size);
    const broken = (selector) =>
      page.locator(selector).evaluateAll((parts) =>
        parts.flatMap((part) => {
          const range = document.createRange();
          range.selectNodeContents(part);
          const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
          return lines.size > 1 ? [part.textContent] : [];
        }),
      );
    expect(`a number stays beside its unit on a ${screen}`, await broken(".claim .two span, .answer-table .amount"), []);
    if (screen === "desk") expect("claimed and found are on a line", await broken(".claim .two"), []);
  }
}
