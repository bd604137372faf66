import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SMALL_PLAN } from "../fixtures/small-plan.ts";
import { tokenyard } from "../fixtures/tokenyard.ts";

const PLAN = `${SMALL_PLAN.replace("expert: 2", "tensor: 2")}workload: { kind: batch, sequences: 8, promptTokens: 8, outputTokens: 2 }
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "verify-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, "plan.yaml");
  writeFileSync(path, text);
  return path;
}

test("Ctrl-C ends a verification, with what is lost and how to go on", async () => {
  process.once("newListener", (signal) => void (signal === "SIGINT" && setImmediate(() => process.emit("SIGINT"))));
  const { code, out, err } = await tokenyard(["verify", file(PLAN)]);
  expect({ code, out }).toEqual({ code: 130, out: "" });
  expect(err).toMatch(
    /^interrupted: \d+ % of the verification of small was done, and nothing of it is kept; the same command begins it again\n$/,
  );
});

test("--formats prints what rounding changes, of the plan and of one device, and the same as JSON", async () => {
  const path = file(PLAN);
  const { code, out } = await tokenyard(["verify", "--formats", path]);
  expect(code).toBe(0);
  expect(out).toContain("In its formats (a proxy: weights are random)");
  expect(out).toMatch(/The plan beside one device in the same formats\n {4}behind attention: largest /);
  const { formats, targets } = JSON.parse((await tokenyard(["verify", "--formats", "--json", path])).out);
  expect(formats.rounded.rows[0]).toMatchObject({ half: "attention", layer: 0 });
  expect(formats.notFinite).toBeNull();
  expect(targets).toEqual([]);
  expect(JSON.parse((await tokenyard(["verify", "--json", path])).out).formats).toBeNull();
});

test("a target of numerics that is missed ends in 1, and a run says that it does not judge it", async () => {
  const path = file(`${PLAN}targets: { numerics.relative: 1e-9, numerics.routing: 1 % }\n`);
  const { code, out } = await tokenyard(["verify", path]);
  expect(code).toBe(1);
  expect(out).toMatch(/^\S+: failed/);
  expect(out).toMatch(/missed {2}numerics\.relative <= 1\.0e-9: \d/);
  expect(out).toMatch(/met {2}numerics\.routing >= 1 %: /);
  const { warnings, targets } = JSON.parse((await tokenyard(["run", "--json", path])).out);
  expect(targets).toEqual([]);
  expect(warnings).toContainEqual({
    code: "numerics-not-judged",
    message: "targets.numerics.relative, targets.numerics.routing: not judged by a run, but by tokenyard verify",
  });
});

test("bounds of numerics may be one map, which means the same", async () => {
  const apart = file(`${PLAN}targets: { numerics.relative: 1e-9, numerics.routing: 1 % }\n`);
  const [wanted] = [JSON.parse((await tokenyard(["verify", "--json", apart])).out)];
  const map = file(`${PLAN}targets: { numerics: { relative: 1e-9, routing: 1 % } }\n`);
  expect(JSON.parse((await tokenyard(["verify", "--json", map])).out)).toEqual(wanted);
  expect(wanted.targets).toHaveLength(2);
  const set = ["--set", "targets.numerics.relative=0.5"];
  expect(JSON.parse((await tokenyard(["verify", "--json", map, ...set])).out).targets[0]).toMatchObject({ target: 0.5, met: true });
});

test("--html writes the verdict, the ops and what was made small as a page; of one scenario, which it does not overwrite", async () => {
  const path = file(PLAN);
  const page = join(folder, "verify.html");
  expect(await tokenyard(["verify", path, "--html", page])).toMatchObject({ code: 0 });
  const html = readFileSync(page, "utf8");
  expect(html).toContain("<h1>verification of small</h1>");
  expect(html).toMatch(/<strong>small: passed\.<\/strong>/);
  expect(html).toMatch(/<td class="left">reduce-attention<\/td>.*<td class="left">equal<\/td>/);
  expect(html).toContain("<h2>Made small</h2>");
  expect(html).not.toContain("<script");
  const refused = async (...args: string[]) => (await tokenyard(["verify", ...args])).err;
  expect(await refused(path, path, "--html", page)).toContain("--html: 2 scenarios given; wanted one scenario");
  expect(await refused(path, "--html", path)).toContain("which is the scenario, given; wanted a file of its own".replace("which is ", ""));
  expect(await refused(path, "--html", join(folder, "none", "page.html"))).toContain("no such folder");
});

test("how far it is is drawn on a terminal, and taken away; elsewhere nothing is", async () => {
  const path = file(PLAN);
  const { err } = await tokenyard(["verify", path], { live: true });
  expect(err).toMatch(/verification of small: [\d,]+ of [\d,]+ visits.*one device/);
  expect(err.endsWith("\r\u001b[2K")).toBe(true);
  expect((await tokenyard(["verify", path])).err).toBe("");
});
