import { PHASES, type Report } from "@tokenyard/report";
import { RowsFile } from "./rows-file.ts";

/** The columns, with their types in SQL. */
const COLUMNS = {
  phase: "VARCHAR",
  layer: "INTEGER",
  expert: "INTEGER",
  copies: "BIGINT",
  overMean: "DOUBLE",
  layerLoadVariance: "DOUBLE",
  layerDroppedShare: "DOUBLE",
  layerReroutedShare: "DOUBLE",
  layerMaskedShare: "DOUBLE",
} as const;

/** Writes a file with a row for each phase, layer and expert of a run: copies that were routed there, and over the mean of the layer. */
export async function writeExperts(path: string, { balance: { expert } }: Report): Promise<void> {
  const rows = await RowsFile.open(path, COLUMNS);
  try {
    for (const phase of PHASES) {
      for (const layer of expert[phase]?.perLayer ?? []) {
        const mean = layer.tokens.reduce((sum, copies) => sum + copies, 0) / layer.tokens.length;
        const ofLayer = [layer.loadVariance, layer.droppedShare, layer.reroutedShare ?? null, layer.maskedShare ?? null];
        for (const [expert, copies] of layer.tokens.entries()) {
          rows.put([phase, layer.layer, expert, copies, mean === 0 ? null : copies / mean, ...ofLayer]);
        }
      }
    }
    await rows.finish();
  } finally {
    rows.discard();
  }
}
