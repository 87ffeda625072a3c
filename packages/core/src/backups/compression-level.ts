/** What a backup is made with unless something else was chosen; see `gzip`. */
export const defaultCompressionLevel = 1;
