// What Holdfast needs of libdeflate: deflate blocks that can be put one behind the other. build.mjs compiles it to blocks.wasm.
// The compressor is included as source, as its functions are private, and marks no block as the last of its stream (see build.mjs).
#include "deflate_compress.c"

#define EXPORT(name) __attribute__((export_name(name)))

extern unsigned char __heap_base;

// Nothing is ever given back: what is taken is there for as long as the instance.
static uintptr_t taken;

EXPORT("take") void *take(size_t size) {
  uintptr_t at = ((taken == 0 ? (uintptr_t)&__heap_base : taken) + 63) & ~(uintptr_t)63;
  if (at + size > __builtin_wasm_memory_size(0) * (uintptr_t)65536) return 0;
  taken = at + size;
  return (void *)at;
}

static void give_back(void *pointer) { (void)pointer; }

malloc_func_t libdeflate_default_malloc_func = take;
free_func_t libdeflate_default_free_func = give_back;

void *libdeflate_aligned_malloc(malloc_func_t allocate, size_t alignment, size_t size) {
  (void)allocate;
  (void)alignment; // never more than a cache line
  return take(size);
}

void libdeflate_aligned_free(free_func_t free_memory, void *pointer) { free_memory(pointer); }

EXPORT("compressor") struct libdeflate_compressor *compressor(int level) {
  struct libdeflate_compressor *made = libdeflate_alloc_compressor(level);
  if (made == 0) return made;
  // Level 1 looks no further once a match has 32 bytes. To look whether the other one that it knows is longer costs nothing that can be measured.
  if (level == 1) made->nice_match_length = DEFLATE_MAX_MATCH_LEN;
  // Fewer places (35), and longer matches (65), take less time for the same size, give or take a thousandth.
  if (level == 6) {
    made->max_search_depth = 28;
    made->nice_match_length = 130;
  }
  return made;
}

// Deflates `size` bytes and ends with an empty stored block, as a full flush of zlib does. Returns 0 if there is too little room or content.
EXPORT("deflate") size_t deflate(struct libdeflate_compressor *with, const void *content, size_t size, u8 *packed, size_t room) {
  struct deflate_output_bitstream stream = {.bitbuf = 0, .bitcount = 0, .next = packed, .end = packed + room - 8, .overflow = false};
  if (size <= with->max_passthrough_size || room < 64) return 0;
  (*with->impl)(with, content, size, &stream);
  if (stream.overflow) return 0;
  // At most seven bits wait. Three more are the header of the stored block, then the byte is filled up.
  u8 *next = stream.next;
  *next++ = (u8)stream.bitbuf;
  if (stream.bitcount + 3 > 8) *next++ = 0;
  *next++ = 0;
  *next++ = 0;
  *next++ = 0xff;
  *next++ = 0xff;
  return (size_t)(next - packed);
}
