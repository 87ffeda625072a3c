/**
 * One piece of a body whose bytes are not all known when their turn comes.
 *
 * A backup's sizes stand before its content, and a compressed size is known only at the end. So the
 * host leaves a *hole* where such a size belongs and fills it as soon as the size is known:
 *
 * - `data`: the next bytes.
 * - `hole`: the next `length` bytes come later.
 * - `fill`: the bytes of the open hole, all of them; `offset` is the hole's place in the object.
 *
 * What a provider may rely on: at most one hole is open at a time, a hole is at most 64 KiB long, every hole
 * is filled before the body ends, and `data` and `hole` pieces come in the object's order without gaps.
 * So a file is written at offsets, and for a multipart upload one part at a time, or two
 * where a hole lies across their border, is held back in memory until it is filled.
 */
export type BodyPiece =
  | { readonly type: 'data'; readonly bytes: Uint8Array }
  | { readonly type: 'hole'; readonly length: number }
  | { readonly type: 'fill'; readonly offset: number; readonly bytes: Uint8Array };
