declare const compiled: unique symbol;

/** What all threads share. */
export interface CompiledCodec {
  readonly [compiled]: true;
}

export interface CodecMemory {
  readonly buffer: SharedArrayBuffer;
}

/** Where a slot's bytes stand in the memory. */
export interface CodecSlot {
  readonly content: number;
  readonly packed: number;
}

export interface Codec {
  readonly places: readonly CodecSlot[];
  pack(slot: number, size: number, level: number): number;
}

export declare const slotContent: number;

export declare function compileCodec(wasm: Uint8Array): CompiledCodec;

export declare function createMemory(): CodecMemory;

export declare function createCodec(module: CompiledCodec, memory: CodecMemory, slots: number): Codec;
