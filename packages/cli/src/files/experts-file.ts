import { PHASES, type Recording, type Report } from "@tokenyard/report";
import { RowsFile } from "./rows-file.ts";

/** The columns, with their types in SQL. */
const COLUMNS = {
  phase: "VARCHAR",
  layer: "INTEGER",
  expert: "INTEGER",
  copies: "BIGINT",
  kept: "BIGINT",
  reroutedOut: "BIGINT",
  reroutedIn: "BIGINT",
  dropped: "BIGINT",
  masked: "BIGINT",
  overMean: "DOUBLE",
  layerLoadVariance: "DOUBLE",
  layerDroppedShare: "DOUBLE",
  layerReroutedShare: "DOUBLE",
  layerMaskedShare: "DOUBLE",
} as const;

/**
 * Writes a file with a row for each phase, layer and expert of a run that kept fates: routed copies, their fates, and their ratio to the
 * mean of the layer.
 */
export async function writeExperts(path: string, { routing }: Recording, { balance: { expert } }: Report): Promise<void> {
  const rows = await RowsFile.open(path, COLUMNS);
  try {
    for (const [number, phase] of PHASES.entries()) {
      const { tokens, experts, fates } = routing[number]!;
      const { reroutedOut, reroutedIn, dropped, masked } = fates!;
      for (const [row, layer] of (expert[phase]?.perLayer ?? []).entries()) {
        const mean = layer.copies / experts;
        const ofLayer = [layer.loadVariance, layer.droppedShare, layer.reroutedShare ?? null, layer.maskedShare ?? null];
        for (let expert = 0; expert < experts; expert++) {
          const at = row * experts + expert;
          const copies = tokens[at]!;
          const kept = copies - reroutedOut[at]! - dropped[at]! - masked[at]!;
          const fates = [kept, reroutedOut[at]!, reroutedIn[at]!, dropped[at]!, masked[at]!];
          rows.put([phase, layer.layer, expert, copies, ...fates, mean === 0 ? null : copies / mean, ...ofLayer]);
        }
      }
    }
    await rows.finish();
  } finally {
    rows.discard();
  }
}
