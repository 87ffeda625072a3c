import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';

const blockSize = 4 * 1024 * 1024;
/** A read into less room would only make more reads. */
const leastRoom = 64 * 1024;

/**
 * A socket whose bytes are read into blocks that stay as they are: whoever gets a part of one may keep it, so nothing
 * on the way to the provider has to be copied.
 */
export function openDataSocket(fd: number, onBytes: (bytes: Uint8Array) => void): Socket {
  let block = Buffer.allocUnsafeSlow(blockSize);
  let used = 0;
  // Each read gets the part of the block that no read before has written to.
  const room = () => {
    if (block.length - used < leastRoom) {
      block = Buffer.allocUnsafeSlow(blockSize);
      used = 0;
    }
    return block.subarray(used);
  };
  // Node's types know `onread` for sockets that connect alone.
  const options: SocketConstructorOpts & { onread: OnReadOpts } = {
    fd,
    readable: true,
    writable: true,
    onread: {
      buffer: room,
      callback(length, buffer) {
        used += length;
        onBytes(buffer.subarray(0, length));
        return true;
      },
    },
  };
  return new Socket(options);
}
