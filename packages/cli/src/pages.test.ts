import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { withWhatItShows } from "./fixtures/shown-commands.ts";
import * as library from "./index.ts";

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

test.each(["from-vllm", "from-sglang", "from-trtllm-dynamo"])(
  "docs/%s.md shows what its commands print",
  { timeout: 60_000 },
  async (name) => {
    const url = new URL(`../../../docs/${name}.md`, import.meta.url);
    const page = await withWhatItShows(readFileSync(url, "utf8"));
    await expect(page).toMatchFileSnapshot(`../../../docs/${name}.md`);
  },
);

test.each(["attention", "exchanges", "memory", "network", "parameters", "scheduling", "workloads"].map((name) => `models/${name}`))(
  "docs/%s.md shows what its example prints",
  isAsShown,
);
test.each(["glossary", "optimize", "presets"])("docs/%s.md shows what its example prints", isAsShown);

test("docs/plugins.md shows what its commands print", async () => {
  const url = new URL("../../../docs/plugins.md", import.meta.url);
  await expect(await withWhatItShows(readFileSync(url, "utf8"))).toMatchFileSnapshot("../../../docs/plugins.md");
});

const TUTORIAL = "docs/tutorials/%s.md shows what its commands print";
test.each(["a-gpu-dies", "a-policy-of-your-own"])(TUTORIAL, (name) => isAsShown(`tutorials/${name}`));
test.each(["from-a-command-to-a-plan", "a-layout-for-an-slo", "audit-a-plan"])(TUTORIAL, { tags: "long" }, (name) =>
  isAsShown(`tutorials/${name}`),
); // searches, each of seconds

async function isAsShown(name: string): Promise<void> {
  const url = new URL(`../../../docs/${name}.md`, import.meta.url);
  const page = await withWhatItShows(readFileSync(url, "utf8"), { node: ([script]) => printedBy(readFileSync(script!, "utf8")) });
  await expect(page).toMatchFileSnapshot(`../../../docs/${name}.md`);
}

/** What a script that imports the library prints; the sources stand for the package. */
async function printedBy(script: string): Promise<string> {
  const [, names, code] = /^import \{([^}]*)\} from "tokenyard";\n([\s\S]*)$/.exec(script)!;
  const lines: string[] = [];
  new Function("tokenyard", "console", `const {${names}} = tokenyard; ${code}`)(library, {
    log: (line: string) => lines.push(`${line}\n`),
  });
  return lines.join("");
}
