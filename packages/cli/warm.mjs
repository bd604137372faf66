// Runs a command with the chunks of the bundle in the folder that is named first, and keeps the code that V8 made of those without any.
import { CachedChunks } from "./bin/code-cache.js";

const [, , folder, ...args] = process.argv;
const chunks = new CachedChunks(folder);
process.argv.splice(2, 1);
process.on("exit", () => chunks.keep());
if (args.length === 0) throw new Error("nothing to run");
chunks.load("main");
