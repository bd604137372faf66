import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
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
