import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { tokenyard } from "./fixtures/tokenyard.ts";

const HERE = process.cwd();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pages-"));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(HERE);
  rmSync(folder, { recursive: true });
});

/** The words of a line, as a shell takes them apart. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
}

/** What the commands of a block print, each below its line. */
async function asPrinted(block: string): Promise<string> {
  const lines = block.split("\n").filter((line) => line.startsWith("$ "));
  const printed: string[] = [];
  for (const line of lines) {
    const [, ...args] = wordsOf(line.slice(2));
    const { code, out, err } = await tokenyard(args);
    expect({ line, code, err: code === 0 ? "" : err }).toEqual({ line, code: 0, err: "" });
    const said = err.split("\n").filter((each) => !/: (?:not modelled|assumed): /.test(each)); // told by import already
    printed.push(`${line}\n${out}${said.join("\n")}`);
  }
  return printed.join("\n");
}

test.each(["from-vllm", "from-sglang", "from-trtllm-dynamo"])(
  "docs/%s.md shows what its commands print",
  { timeout: 60_000 },
  async (name) => {
    const url = new URL(`../../../docs/${name}.md`, import.meta.url);
    let page = readFileSync(url, "utf8");
    for (const [, file, text] of page.matchAll(/^```(?:sh|yaml) (\S+)\n([\s\S]*?)^```$/gm)) writeFileSync(file!, text!);
    const blocks = [...page.matchAll(/^```console\n([\s\S]*?)^```$/gm)].map(([, block]) => block!);
    expect(blocks.length).toBeGreaterThan(2);
    for (const block of blocks)
      page = page.replace(block, () => "\0").replace("\0", `${(await asPrinted(block)).trimEnd()}\n`.replaceAll("$", "$$$$"));
    await expect(page).toMatchFileSnapshot(`../../../docs/${name}.md`);
  },
);
