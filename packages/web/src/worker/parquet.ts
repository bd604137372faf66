export { ParquetRows } from "@tokenyard/simulator"; // loaded for plans that name the format
