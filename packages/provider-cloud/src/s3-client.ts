import { S3Client } from '@aws-sdk/client-s3';
import type { BucketAddress } from './bucket-address.js';

/** How long a connection may take to come about, milliseconds. */
const connectMs = 15_000;
/** How long a connection may be silent, milliseconds: putting the parts of a large upload together takes minutes in some places. */
const silenceMs = 120_000;
const variable = 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED';

/** A client for the bucket that tries nothing twice, follows nothing and reads no settings but these. `anonymous` sends no credentials. */
export function s3Client({ endpoint, region, pathStyle, credentials }: BucketAddress, { anonymous = false } = {}): S3Client {
  return withoutVersionWarning(
    () =>
      new S3Client({
        endpoint,
        region,
        forcePathStyle: pathStyle,
        ...(credentials !== undefined && { credentials }),
        ...(anonymous && {
          credentials: { accessKeyId: 'anonymous', secretAccessKey: 'anonymous' },
          signer: { sign: async (request) => request },
        }),
        maxAttempts: 1,
        retryMode: 'standard',
        // Services other than Amazon's refuse the newer checksums, or ignore them.
        requestChecksumCalculation: 'WHEN_REQUIRED',
        responseChecksumValidation: 'WHEN_REQUIRED',
        // With it, each part would have a connection of its own.
        expectContinueHeader: false,
        requestHandler: { connectionTimeout: connectMs, socketTimeout: silenceMs },
        followRegionRedirects: false,
        useArnRegion: false,
        useDualstackEndpoint: false,
        useFipsEndpoint: false,
        disableS3ExpressSessionAuth: true,
        defaultsMode: 'legacy',
        userAgentAppId: 'holdfast',
      }),
  );
}

/** The first client warns of the Node that it won't run with in future versions. Which one it is, is settled when it is bundled. */
function withoutVersionWarning<T>(make: () => T): T {
  const before = process.env[variable];
  process.env[variable] = 'true';
  try {
    return make();
  } finally {
    if (before === undefined) delete process.env[variable];
    else process.env[variable] = before;
  }
}
