import { type HoldfastError, isHoldfastError } from '../../base/errors.js';
import { providerError } from '../errors.js';

const unreachable = new Set(
  `ENOTFOUND EAI_AGAIN ECONNREFUSED ECONNRESET ECONNABORTED EHOSTUNREACH ENETUNREACH EPIPE ETIMEDOUT
   EIDLETIMEOUT ECONNECTIONTIMEOUT ERESPONSETIMEOUT ETRANSFERTIMEOUT ERR_SOCKET_TIMEOUT FETCH_ERROR ENOTCACHED
   EPROTO CERT_HAS_EXPIRED DEPTH_ZERO_SELF_SIGNED_CERT SELF_SIGNED_CERT_IN_CHAIN UNABLE_TO_VERIFY_LEAF_SIGNATURE`.split(/\s+/),
);

const missing: Readonly<Record<string, string>> = {
  E404: 'the registry has no package of this name',
  ETARGET: 'the package has no such version',
  ENOVERSIONS: 'the package has no versions',
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
};

/** What one of npm's errors means. `subject` is what was asked for. Those that are no fault of npm's, such as an abort, stay what they are. */
export function npmFailure(error: unknown, subject: string, registry: string): unknown {
  if (isHoldfastError(error) || !(error instanceof Error) || error.name === 'AbortError') return error;
  const code = 'code' in error ? String(error.code) : '';
  const reason = withoutStop(error.message);
  const details = { spec: subject, subject, registry: withoutPassword(registry), reason };
  if (code in missing) return providerError('provider-not-found', { ...details, reason: missing[code] ?? reason }, error);
  if (code === 'EINTEGRITY') return tampered(subject, 'its checksum differs from the announced one', error);
  if (code === 'E401' || code === 'E403' || code === 'ENEEDAUTH') return providerError('registry-refused', details, error);
  if (unreachable.has(code) || /^E5\d\d$/.test(code)) return providerError('registry-unreachable', details, error);
  return providerError('install-failed', details, error);
}

export function tampered(subject: string, reason: string, cause?: unknown): HoldfastError {
  return providerError('package-tampered', { subject, reason }, cause);
}

/** npm's messages are lines of their own, ours are parts of a sentence. */
function withoutStop(message: string): string {
  return message.split('\n')[0]?.replace(/\.$/, '') ?? '';
}

function withoutPassword(address: string): string {
  return address.replace(/\/\/[^/@]*@/, '//');
}
