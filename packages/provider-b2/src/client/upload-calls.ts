import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { type B2Client, versionOf } from './b2-client.js';
import type { FileVersion } from './file-version.js';
import type { CallSettings } from './transport.js';
import type { UploadUrls } from './upload-urls.js';

/** Bytes that go to the socket at once. */
const sliceBytes = 256 * 1024;

/** Stores a file in one call. B2 compares its SHA-1. */
export async function uploadFile(
  client: B2Client,
  urls: UploadUrls,
  { name, bytes, info }: { readonly name: string; readonly bytes: Buffer; readonly info: Readonly<Record<string, string>> },
  signal: AbortSignal,
): Promise<FileVersion> {
  const doing = `Uploading ${JSON.stringify(name)}`;
  const b2 = await client.library();
  const hash = sha1Of(bytes);
  const fields = await urls.send(
    {
      doing,
      run: ({ url: uploadUrl, token: uploadAuthToken }, settings, touch) =>
        b2.uploadFile({
          uploadUrl,
          uploadAuthToken,
          fileName: name,
          info,
          hash,
          data: bytes,
          contentLength: bytes.length,
          axiosOverride: withBytes(settings, bytes, touch),
        }),
    },
    signal,
  );
  return versionOf(doing, fields);
}

/** Stores a part of a large file; gives its SHA-1, which B2 has compared. */
export async function uploadPart(
  client: B2Client,
  urls: UploadUrls,
  { name, number, bytes }: { readonly name: string; readonly number: number; readonly bytes: Buffer },
  signal: AbortSignal,
): Promise<string> {
  const b2 = await client.library();
  const hash = sha1Of(bytes);
  await urls.send(
    {
      doing: `Uploading part ${number} of ${JSON.stringify(name)}`,
      run: ({ url: uploadUrl, token: uploadAuthToken }, settings, touch) =>
        b2.uploadPart({
          uploadUrl,
          uploadAuthToken,
          partNumber: number,
          hash,
          data: bytes,
          contentLength: bytes.length,
          axiosOverride: withBytes(settings, bytes, touch),
        }),
    },
    signal,
  );
  return hash;
}

function sha1Of(bytes: Uint8Array): string {
  return createHash('sha1').update(bytes).digest('hex');
}

/** Sends the bytes in slices, so that it is seen how far they got. */
function withBytes(settings: CallSettings, bytes: Buffer, touch: () => void): CallSettings {
  if (bytes.length === 0) return settings;
  return { ...settings, data: Readable.from(slicesOf(bytes, touch), { objectMode: false, highWaterMark: sliceBytes }) };
}

function* slicesOf(bytes: Buffer, touch: () => void): Iterable<Buffer> {
  for (let at = 0; at < bytes.length; at += sliceBytes) {
    touch();
    yield bytes.subarray(at, at + sliceBytes);
  }
}
