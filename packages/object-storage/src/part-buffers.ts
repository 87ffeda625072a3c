/** The memory of parts, which is used again: at 16 MiB for each part, the garbage collector would let hundreds of MiB gather. */
export interface PartBuffers {
  take(bytes: number): Buffer;
  /** Gives back what `take` gave. */
  giveBack(buffer: Buffer): void;
}

export function partBuffers(): PartBuffers {
  let free: Buffer[] = [];
  return {
    take(bytes) {
      // Sizes only grow: what doesn't fit any more won't again.
      free = free.filter((buffer) => buffer.length === bytes);
      // Not from the pool of small buffers, and not zeroed: pages that are never written to cost no memory.
      return free.pop() ?? Buffer.allocUnsafeSlow(bytes);
    },
    giveBack: (buffer) => free.push(buffer),
  };
}
