// The import allowlist: who may look into whose room. `pnpm run architecture` checks it.
// A room sees another only through its index.ts, and only the rooms (and packages) that stand beside its name here.
const rooms = {
  // how chance, time and words work; these know nothing of the rest
  "packages/random": { rooms: [], packages: ["seedrandom"] },
  "packages/engine": { rooms: [], packages: ["tinyqueue"] },
  "packages/scenario": { rooms: [], packages: ["zod", "yaml", "@noble/hashes"] },
  "packages/expression": { rooms: ["packages/scenario"], packages: ["jsep"] },
  "packages/engines": { rooms: ["packages/scenario", "packages/placement"], packages: ["shell-quote", "yaml"] },
  // the domain
  "packages/model": { rooms: ["packages/scenario", "packages/random"], packages: [] },
  "packages/cluster": { rooms: ["packages/random", "packages/scenario", "packages/model"], packages: [] },
  "packages/placement": { rooms: ["packages/scenario", "packages/model", "packages/cluster"], packages: [] },
  "packages/serving": { rooms: ["packages/scenario", "packages/random", "packages/model"], packages: ["hyparquet"] },
  "packages/program": {
    rooms: ["packages/engine", "packages/scenario", "packages/model", "packages/cluster", "packages/placement"],
    packages: [],
  },
  "packages/executor": { rooms: ["packages/placement"], packages: [] },
  "packages/numerics": {
    rooms: ["packages/random", "packages/scenario", "packages/model", "packages/cluster", "packages/placement", "packages/program"],
    packages: [],
  },
  "packages/resilience": {
    rooms: ["packages/random", "packages/engine", "packages/scenario", "packages/model", "packages/placement"],
    packages: [],
  },
  // policies that are not ours, at the doors of the rooms above
  "packages/plugins": {
    rooms: [
      "packages/random",
      "packages/scenario",
      "packages/model",
      "packages/cluster",
      "packages/placement",
      "packages/resilience",
      "packages/serving",
    ],
    packages: ["zod"],
  },
  "packages/metrics": { rooms: ["packages/scenario"], packages: [] },
  "packages/report": { rooms: ["packages/random", "packages/scenario"], packages: ["zod"] },
  // the hall sees every room above, and none below
  simulator: {
    rooms: [
      "packages/random",
      "packages/engine",
      "packages/scenario",
      "packages/model",
      "packages/cluster",
      "packages/placement",
      "packages/program",
      "packages/executor",
      "packages/serving",
      "packages/plugins",
      "packages/resilience",
      "packages/metrics",
      "packages/report",
    ],
    packages: [],
  },
  "packages/study": {
    rooms: [
      "packages/scenario",
      "packages/random",
      "packages/report",
      "simulator",
      // what a plan takes at least is worked out from the same shapes, times and deals as a run (docs/optimize.md)
      "packages/model",
      "packages/cluster",
      "packages/placement",
      "packages/program",
      "packages/numerics", // what the simulator prices is compared with what a plan carried out moves
      "packages/serving",
      "packages/plugins", // ops are priced by the network and kernels of a plug-in, too
      "packages/resilience", // availability over years, beside runs
      "packages/expression",
    ],
    packages: [],
  },
  // the edges
  "packages/mock": {
    rooms: ["packages/scenario", "packages/metrics", "packages/report", "simulator"],
    packages: ["@msgpack/msgpack"],
    node: true,
  },
  "packages/observe": {
    rooms: ["packages/random", "packages/scenario", "packages/serving"],
    packages: ["undici", "eventsource-parser"],
    node: true,
  },
  "packages/cli": {
    rooms: [
      "packages/scenario",
      "packages/engines",
      "packages/metrics",
      "packages/report",
      "simulator",
      "packages/study",
      "packages/observe",
      "packages/mock",
      "packages/plugins",
    ],
    packages: ["commander", "es-module-lexer", "pino", "yaml", "esbuild", "piscina", "zod", "@duckdb/node-api", "bullmq", "ioredis"],
    node: true,
  },
  "packages/web": {
    rooms: ["packages/scenario", "packages/engines", "packages/metrics", "packages/report", "simulator", "packages/study"],
    packages: ["preact", "@preact/signals", "@codemirror/[^/]+", "@lezer/highlight", "d3-scale", "@types/d3-scale", "minisearch", "yaml"],
  },
  // users of the library: the gallery's scripts see its face only
  scenarios: { rooms: ["packages/cli"], packages: [], node: true }, // scripts that use the library
};

// Walls inside of large rooms: the folders of each from the lowest to the highest. A folder imports from those before it only; "." are the files beside the
// folders. index.ts, the face, may name all. Folders inside of folders have walls of their own.
const walls = {
  // a run: what it is given, what it is made of, what is known before, what befalls it, what is left of it
  "simulator/src": [
    "law-tables",
    "inputs",
    "timeline",
    "programs",
    "micro-batches",
    "counts",
    "experts",
    "logs",
    "options",
    "stages",
    "law",
    "passes",
    "pipelines",
    "pools",
    "setup",
    "checkpoints",
    "retries",
    "faults",
    "metrics",
    "recording",
    ".",
    "clock",
    "live",
  ],
  "simulator/src/programs": [".", "links"],
  "simulator/src/logs": ["requests", "routing", "."],
  "simulator/src/law": ["draws", "."],
  "simulator/src/setup": ["facts", "plans", "resolutions", "work", "."],
  "simulator/src/faults": ["outages", "evacuations", "."],
  "simulator/src/metrics": ["numbers", "."],
  "packages/cli/src": [
    "terminal",
    "outcomes",
    "plugins",
    "tables",
    "cache",
    "runs",
    "init",
    "kernel-imports",
    "scenarios",
    "workers",
    "files",
    "results",
    "queue",
    "studies",
    "asked-loads",
    "measured-runs",
    "observing",
    "serve",
    "slurm",
    "commands",
    "command-line",
    ".",
  ],
  "packages/cli/src/measured-runs": ["run", "json", "tools", "observed", ".", "calibration"],
  "packages/study/src": [
    "points",
    "statistics",
    "winner",
    "designs",
    "years",
    "runners",
    "sweep",
    "what-if",
    "seeds",
    "comparison",
    "cases",
    "numerics",
    "calibration",
    "availability",
    "optimize",
    "capacity",
    "audit",
  ],
  "packages/study/src/optimize": ["space", "batches", "floors", "formula", "bounds", "estimates", "questions", "search", "."],
  "packages/study/src/audit": ["claims", "questions", "turns", "verdicts", "promises", ".", "text"],
};

// Tests, contract suites and their fixtures may use Node and any package; the allowlist of rooms holds for them too.
const tests = "(\\.(test|contract)\\.tsx?$|/fixtures/)";
const builds = "(^|/)[^/]+\\.config\\.[cm]?[jt]s$|^packages/web/(?:bench/|browser/|site/)?[^/]+\\.mjs$"; // what bundles and tries the page, and writes the site, runs on Node
const everyRoom = `^(?:${[...Object.keys(rooms), "bench", "lint"].join("|")})/`;

// The face of a room is its index.ts and, for tests, the contract suites that others must run.
const faces = (names) => names.map((name) => `^${name}/src/(?:index|[^/]+\\.contract)\\.ts$`);
const modules = (names) => names.map((name) => `(^|/)node_modules/${name}/`);

function rulesOf([room, allowed]) {
  const inside = `^${room}/`;
  return [
    {
      name: `${room}: rooms`,
      comment: `${room} may import ${allowed.rooms.join(", ") || "no other room"}, through index.ts`,
      severity: "error",
      from: { path: inside },
      to: { path: everyRoom, pathNot: [inside, ...faces(allowed.rooms)] },
    },
    {
      name: `${room}: packages`,
      comment: `${room} may use ${allowed.packages.join(", ") || "no package"}`,
      severity: "error",
      from: { path: inside, pathNot: [tests, builds] },
      to: { path: "(^|/)node_modules/", pathNot: modules(allowed.packages) },
    },
    ...(allowed.node
      ? []
      : [
          {
            name: `${room}: node`,
            comment: "node:* belongs to the edges: packages/cli and bench",
            severity: "error",
            from: { path: inside, pathNot: [tests, builds] },
            to: { dependencyTypes: ["core"] },
          },
        ]),
  ];
}

/** One rule a folder: nothing in it imports from a folder after it. A folder that the list does not have is a mistake, too. */
function wallRulesOf([room, folders]) {
  const filesOf = (folder) => (folder === "." ? `^${room}/(?!index\\.ts$)[^/]+$` : `^${room}/${folder}/`);
  return [
    ...folders.slice(0, -1).map((folder, i) => ({
      name: `${room}: ${folder}`,
      comment: `in ${room}, ${folder} imports from no folder above it: ${folders.slice(i + 1).join(", ")}`,
      severity: "error",
      from: { path: filesOf(folder), pathNot: tests },
      to: { path: folders.slice(i + 1).map(filesOf) },
    })),
    {
      name: `${room}: folders`,
      comment: `a new folder of ${room} takes its place in the list of walls first`,
      severity: "error",
      from: { path: `^${room}/[^/]+/`, pathNot: [tests, ...folders.map(filesOf)] },
      to: {},
    },
  ];
}

module.exports = {
  forbidden: [
    ...Object.entries(rooms).flatMap(rulesOf),
    ...Object.entries(walls).flatMap(wallRulesOf),
    {
      name: "no cycles",
      comment: "what needs each other is one thing, or a third thing is missing",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "by name across rooms",
      comment: "another room is imported by its name, as @tokenyard/engine, never by a path",
      severity: "error",
      from: { path: "^((?:packages/)?[^/]+)/" },
      to: { path: everyRoom, pathNot: "^$1/", dependencyTypes: ["local"] },
    },
    {
      name: "bench is a leaf",
      comment: "bench may import anything; nothing imports it",
      severity: "error",
      from: { pathNot: "^bench/" },
      to: { path: "^bench/" },
    },
    {
      name: "every room is listed",
      comment: "a new room takes its place in this file first",
      severity: "error",
      from: { path: "^(packages|simulator)/", pathNot: everyRoom },
      to: {},
    },
    { name: "resolvable", comment: "an import that leads nowhere", severity: "error", from: {}, to: { couldNotResolve: true } },
    {
      name: "no test in the product",
      severity: "error",
      comment: "only tests import tests, contract suites and fixtures",
      from: { pathNot: tests },
      to: { path: tests },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)dist/" },
    tsPreCompilationDeps: true, // a type's import is an import
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["source", "import", "types", "node", "default"] },
  },
};
