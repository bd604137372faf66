import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const conditions = ["source"]; // tests read TypeScript directly
const setupFiles = ["properties.setup.ts"];
const source = { resolve: { conditions }, ssr: { resolve: { conditions } } };

/** Lets Node import the rooms itself. Vite's modules look up an imported name at every use: simulations took half as long again. */
const loader = `import { register } from "node:module"; register(${JSON.stringify(new URL("packages/cli/source-loader.mjs", import.meta.url))})`;
const native = {
  experimental: { viteModuleRunner: false, nodeLoader: false }, // no test mocks a module
  execArgv: ["--import", `data:text/javascript,${loader}`],
};

/** Tests are many short runs: with less copied by the optimizing compiler, and room for what is soon gone, they take a sixth less. */
const V8 = [
  "--max-inlined-bytecode-size-cumulative=200",
  "--no-turbo-loop-peeling",
  "--max-bytecode-size-for-early-opt=0",
  "--min-semi-space-size=32",
];
for (const flag of V8) setFlagsFromString(flag); // threads have those of their process

/** Tests are limited by their work. Only one that hangs takes so long, in milliseconds, also on a busy machine. */
const HUNG = 600_000;

const GALLERY = fileURLToPath(new URL("scenarios/", import.meta.url));

/**
 * The gallery first: its files are short and take longest. Where nothing is known of how long files took, larger ones begin before smaller ones, and one
 * core waited at the end for the other one to simulate the gallery.
 */
class GalleryFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isOfGallery = ({ moduleId }: TestSpecification) => moduleId.startsWith(GALLERY);
    return [...sorted.filter(isOfGallery), ...sorted.filter((file) => !isOfGallery(file))];
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: GalleryFirst },
    tags: [
      {
        name: "long",
        description: "soaks, kept studies and whole accuracies, of `pnpm test:long`: minutes, of which `pnpm test` has none",
      },
    ],
    update: "none", // a kept report is written by `pnpm gallery` only
    // CI counts from the file; `pnpm test` says the same to a reader
    ...(process.env["CI"] ? { reporters: ["default", "json"], outputFile: { json: process.env["TESTS_JSON"] ?? "out/vitest.json" } } : {}),
    projects: [
      {
        ...source,
        test: {
          ...native,
          name: "rooms",
          setupFiles,
          pool: "threads",
          maxWorkers: "100%", // they keep no core waiting; the usual number is one less, which on two cores is one
          isolate: false, // rooms keep nothing between runs; reading them anew for each file took longer than many tests
          include: ["packages/*/src/**/*.test.ts", "simulator/src/**/*.test.ts", "scenarios/*.test.ts"],
          exclude: ["packages/cli/**", "**/node_modules/**"],
          testTimeout: HUNG,
        },
      },
      {
        ...source,
        test: {
          ...native,
          name: "edges",
          setupFiles,
          pool: "forks",
          execArgv: [...V8, ...native.execArgv],
          maxWorkers: "100%", // half of their time they wait for processes
          isolate: false, // what a file of tests changes outside of itself it puts back; reading the command line anew for each took a third of the time
          sequence: { groupOrder: 1 }, // after the rooms: processes that they start, and broken connections, need cores that do not simulate
          include: ["packages/cli/src/**/*.test.ts", "bench/**/*.test.ts", "lint/*.test.ts"],
          testTimeout: HUNG,
          hookTimeout: HUNG, // some bundle the command line
        },
      },
    ],
  },
});
