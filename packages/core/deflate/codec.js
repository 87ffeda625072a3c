// Deflates blocks in a memory that several threads see: so nothing has to be copied between them.

/** As blocks.wasm was linked. */
const pages = 256;

/** Bytes of content that fit into a slot. */
export const slotContent = 512 * 1024;

/** Compiles blocks.wasm, once for all threads. */
export function compileCodec(wasm) {
  return new WebAssembly.Module(wasm);
}

/** A memory for one codec. */
export function createMemory() {
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
}

/**
 * @param {WebAssembly.Module} module blocks.wasm, compiled
 * @param {WebAssembly.Memory} memory of `createMemory`; nobody else runs code in it
 * @param {number} slots how many blocks it holds at a time
 */
export function createCodec(module, memory, slots) {
  const wasm = new WebAssembly.Instance(module, { env: { memory } }).exports;
  const places = Array.from({ length: slots }, () => ({ content: wasm.take(slotContent), packed: wasm.take(slotContent) }));
  const compressors = new Map();

  function compressorOf(level) {
    if (!compressors.has(level)) compressors.set(level, wasm.compressor(level));
    return compressors.get(level);
  }

  return {
    places,
    /** Deflates the content of a slot. Returns the size of what is packed, or 0 if it is no smaller. */
    pack(slot, size, level) {
      const { content, packed } = places[slot];
      return wasm.deflate(compressorOf(level), content, size, packed, size);
    },
  };
}
