/** `holdfast backup list | head -1` closes the pipe early. That is no failure of ours, and no reason to leave work undone. */
export function isClosedPipe({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED';
}
