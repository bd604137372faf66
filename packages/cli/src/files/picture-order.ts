export const PICTURE_KINDS = ["timeline", "where", "map"] as const;
export type PictureKind = (typeof PICTURE_KINDS)[number];

/** Kinds that are of one run. */
export const OF_ONE_RUN: readonly PictureKind[] = ["timeline", "map"];

/** A picture to write. */
export interface PictureOrder {
  readonly kind: PictureKind;
  readonly file: string;
}
