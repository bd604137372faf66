import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the repository, seen from the compiled file, `bench/dist/house.js`. */
export const HOUSE = fileURLToPath(new URL("../../", import.meta.url));
export const GALLERY = join(HOUSE, "scenarios");
