export const PICTURE_KINDS = ["timeline", "where"] as const;
export type PictureKind = (typeof PICTURE_KINDS)[number];

/** A picture to write. */
export interface PictureOrder {
  readonly kind: PictureKind;
  readonly file: string;
}
