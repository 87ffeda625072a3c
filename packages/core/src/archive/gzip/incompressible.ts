const sampleBytes = 4096;
const samples = 4;
const counts = new Uint32Array(256);

/**
 * Whether a block is likely not to shrink: media, archives, what is encrypted. Deflate is slowest on just these. Four samples
 * are counted; where the bytes are as evenly spread as random ones (sum of squares within 15 % of uniform) it says yes. It errs on the side
 * of size: an even block that repeats itself at a distance would have shrunk.
 */
export function isIncompressible(block: Uint8Array): boolean {
  if (block.length < samples * sampleBytes) return false;
  counts.fill(0);
  for (let sample = 0; sample < samples; sample += 1) {
    const start = Math.floor(((block.length - sampleBytes) * sample) / (samples - 1));
    for (let at = start; at < start + sampleBytes; at += 1) {
      const byte = block[at] ?? 0;
      counts[byte] = (counts[byte] ?? 0) + 1;
    }
  }
  let squares = 0;
  for (const count of counts) squares += count * count;
  const uniform = (samples * sampleBytes) ** 2 / 256;
  return squares < uniform * 1.15;
}
