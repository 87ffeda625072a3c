/** Both sides must speak the same: a process is always started from the host's own files. */
export const protocolVersion = 1;

/** Bytes of one control message. What is larger is no message of ours. */
export const maxControlBytes = 1024 * 1024;

/** Bytes in one frame of the data channel. */
export const maxDataBytes = 512 * 1024;

/** What the sender of a stream may be ahead of its reader, in bytes as `frameCost` counts them. */
export const streamWindow = 4 * maxDataBytes;

/** The same for what a provider is to store: it writes to slow places, and each word that more may come wakes up both processes. */
export const bodyWindow = 16 * maxDataBytes;

/** What a frame counts for: also one without content takes memory. */
export function frameCost(contentBytes: number): number {
  return contentBytes + 64;
}
