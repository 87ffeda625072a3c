/** An entry of a tarball that npm could not write; it leaves that one out and goes on, with no more than a line in its log. */
const entryFailed = 'TAR_ENTRY_ERROR';

/** Runs what unpacks packages, and rejects if a file was left out or cut, as on a full disk: what is there counts as whole. */
export async function unpackWhole<T>(unpack: () => Promise<T>): Promise<T> {
  const faults: string[] = [];
  // npm's libraries have no other way to tell.
  const onLog = (level: unknown, title: unknown, code: unknown, message: unknown): void => {
    if (level === 'warn' && title === 'tar' && code === entryFailed) faults.push(String(message));
  };
  process.on('log', onLog);
  try {
    const unpacked = await unpack();
    if (faults[0] !== undefined) throw new Error(`a file of it could not be written: ${faults[0]}`);
    return unpacked;
  } finally {
    process.off('log', onLog);
  }
}
