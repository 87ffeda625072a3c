import { type ObjectInfo, ProviderError } from '../../provider-api/index.js';
import { isObjectInfo } from '../answers.js';

/** A readable key has 1024 characters at most; this is room for whatever else stands beside it. */
const maxLine = 64 * 1024;
const newline = 0x0a;

/** The objects that a listing sends, each a line of JSON. */
export async function* readEntries(stream: ReadableStream<Uint8Array>): AsyncGenerator<ObjectInfo, void, undefined> {
  let begun = Buffer.alloc(0);
  for await (const bytes of stream) {
    let at = 0;
    for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, at)) {
      yield parseEntry(Buffer.concat([begun, bytes.subarray(at, end)]));
      begun = Buffer.alloc(0);
      at = end + 1;
    }
    begun = Buffer.concat([begun, bytes.subarray(at)]);
    if (begun.length > maxLine) throw noObject();
  }
  if (begun.length > 0) throw noObject();
}

function parseEntry(line: Buffer): ObjectInfo {
  let entry: unknown;
  try {
    entry = JSON.parse(line.toString());
  } catch {
    throw noObject();
  }
  if (!isObjectInfo(entry)) throw noObject();
  return entry;
}

function noObject(): ProviderError {
  return new ProviderError('internal', 'The provider listed what is no object.');
}
