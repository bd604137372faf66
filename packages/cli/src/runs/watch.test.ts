import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { built, ended, started } from "../fixtures/built.ts";
import { SMALL_PLAN } from "../fixtures/small-plan.ts";
import { tokenyard } from "../fixtures/tokenyard.ts";
import { type ExitCode, FINE, INTERRUPTED } from "../terminal/exit-code.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { watching } from "./watch.ts";

const home = mkdtempSync(join(tmpdir(), "watch-"));
const [base, plan] = [join(home, "base.yaml"), join(home, "plan.yaml")];
const WORKLOAD = "workload: { kind: batch, sequences: 8, promptTokens: 32, outputTokens: 4 }\n";
const SILENT = { err: { write: () => {} } } as unknown as Terminal;
let bin: string;
beforeAll(async () => {
  ({ bin } = await built(home));
  writeFileSync(base, `${SMALL_PLAN}${WORKLOAD}`);
  writeFileSync(plan, "extends: base.yaml\nname: first\n");
});
afterAll(() => rmSync(home, { recursive: true }));

/** As editors do: whole at once, however long the disk takes. */
function replace(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

test("--watch runs again when a file changes, or one that it extends; reports mistakes and goes on; and ends with Ctrl-C", {
  tags: "long",
}, async () => {
  const child = started(bin, ["run", plan, "--watch", "--json"]);
  const end = ended(child);
  let out = "";
  child.stdout?.on("data", (data) => {
    out += data;
  });
  const lines = async (count: number) => {
    const giveUp = performance.now() + 20_000;
    while (out.split("\n").length <= count) {
      if (performance.now() > giveUp) throw new Error(`line ${count} never came: ${out.slice(-200)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await new Promise((resolve) => setTimeout(resolve, 300)); // now it looks at the files
  };
  await lines(1);
  replace(plan, "extends: base.yaml\nname: second\n");
  await lines(2);
  replace(base, `${SMALL_PLAN}${WORKLOAD.replace("8", "16")}`);
  await lines(3);
  replace(plan, "extends: base.yaml\nname: second\nworkloat: 3\n");
  await lines(4);
  replace(plan, "extends: base.yaml\nname: third\n");
  await lines(5);
  child.kill("SIGINT");
  const { code, err } = await end;
  const printed = out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(printed.map(({ scenario }) => scenario?.name)).toEqual(["first", "second", "second", undefined, "third"]);
  expect(printed.map(({ requests }) => requests?.finished)).toEqual([8, 8, 16, undefined, 16]);
  expect(printed[3].problems[0].path).toBe("workloat");
  expect(code).toBe(0);
  expect(err.split("\n").slice(0, 2)).toEqual([`watching ${plan}, ${base}; Ctrl-C ends`, `${plan} changed`]);
});

describe("a watch", () => {
  const file = join(home, "watched.yaml");
  const LOOK_MS = 200;
  /** What `watching` runs, as the file is then; it ends with the `last` run as if by Ctrl-C, or where `atEnd` is given does that when a run ends. */
  function watched(last: number, atEnd?: () => void) {
    const ran: string[] = [];
    const done = watching(async (onFile) => {
      onFile(file);
      ran.push(readFileSync(file, "utf8"));
      atEnd?.();
      return ran.length === last ? INTERRUPTED : FINE;
    }, SILENT);
    return { ran, done };
  }
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout"] }));
  afterEach(() => void vi.useRealTimers());

  test("runs a file once it is written whole: not what an editor leaves meanwhile", async () => {
    writeFileSync(file, "first");
    const { ran, done } = watched(2);
    await vi.advanceTimersByTimeAsync(0); // the first look
    for (const part of ["", "sec", "second"]) {
      writeFileSync(file, part);
      await vi.advanceTimersByTimeAsync(LOOK_MS);
    }
    expect(ran).toEqual(["first"]);
    await vi.advanceTimersByTimeAsync(LOOK_MS);
    expect(await done).toBe(INTERRUPTED);
    expect(ran).toEqual(["first", "second"]);
  });

  test("hears Ctrl-C in the instant in which a run ends", async () => {
    writeFileSync(file, "first");
    let code: ExitCode | undefined;
    const { ran, done } = watched(2, () => void process.emit("SIGINT", "SIGINT"));
    done.then((given) => {
      code = given;
    });
    await vi.advanceTimersByTimeAsync(LOOK_MS);
    expect(code).toBe(FINE);
    expect(ran).toEqual(["first"]);
  });
});

test("what does not change cannot be watched", async () => {
  expect(await tokenyard(["run", "-", "--watch"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("--watch: standard input given; wanted files"),
  });
});
