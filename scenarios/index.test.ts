import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const GALLERY = fileURLToPath(new URL(".", import.meta.url));
const INDEX = join(GALLERY, "README.md");
const LINE = /^- \[([\w-]+)\]\(([\w-]+)\/README\.md\): .*$/gm;
const folders = readdirSync(GALLERY, { withFileTypes: true }).flatMap((each) => (each.isDirectory() ? [each.name] : []));

test("every folder of the gallery has a scenario, the report of it and a README with a headline", () => {
  const lacking = folders.flatMap((folder) =>
    ["scenario.yaml", "report.txt", "README.md"]
      .filter((file) => !existsSync(join(GALLERY, folder, file)))
      .map((file) => `${folder}/${file}`),
  );
  expect(lacking).toEqual([]);
  expect(folders.filter((folder) => headlineOf(folder) === undefined)).toEqual([]);
});

test("the index of the gallery has each folder once, with its headline", async () => {
  const index = readFileSync(INDEX, "utf8");
  const listed = [...index.matchAll(LINE)].map(([, name, folder]) => (name === folder ? folder : `${name} is ${folder}`));
  expect(listed.toSorted()).toEqual(folders.toSorted());
  await expect(index.replace(LINE, (_, name) => `- [${name}](${name}/README.md): ${headlineOf(name)}`)).toMatchFileSnapshot(INDEX);
});

/** What stands behind the folder's name in the first line of its README. */
function headlineOf(folder: string): string | undefined {
  const [first = ""] = readFileSync(join(GALLERY, folder, "README.md"), "utf8").split("\n");
  return first.startsWith(`# ${folder}: `) ? first.slice(`# ${folder}: `.length) : undefined;
}
