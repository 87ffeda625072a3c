/**
 * The value of the numeric header field of `width` bytes at `at`: octal text, or GNU's base-256. `undefined` if it is neither or
 * not a safe integer.
 */
export function decodeNumber(block: Buffer, at: number, width: number): number | undefined {
  let value = 0;
  let end = at;
  // As nearly all writers write it: digits up to a NUL or the end.
  for (; end < at + width; end += 1) {
    const digit = (block[end] ?? 0) - 0x30;
    if (digit < 0 || digit > 7) break;
    value = value * 8 + digit;
  }
  if (end > at && (end === at + width || block[end] === 0)) return value;
  if (((block[at] ?? 0) & 0x80) !== 0) return decodeBase256(block.subarray(at, at + width));
  return decodeSpaced(block.toString('latin1', at, at + width));
}

function decodeSpaced(text: string): number | undefined {
  const end = text.indexOf('\0');
  const digits = (end < 0 ? text : text.slice(0, end)).trim();
  if (digits === '') return 0;
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}

/** Whether a field of `width` bytes holds the value as octal digits and a NUL; else it needs a pax record. */
export function fitsField(value: number, width: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < 8 ** (width - 1);
}

/** Writes a value that fits. @returns the sum of the bytes that it wrote */
export function putNumber(block: Buffer, value: number, at: number, width: number): number {
  let sum = 0;
  // Eight digits at a time, as shifting integers is several times faster than dividing what may have more than 32 bits.
  let digits = value & 0xffffff;
  for (let index = at + width - 2; index >= at; index -= 1) {
    const digit = 0x30 + (digits & 7);
    digits >>= 3;
    if (index === at + width - 9) digits = Math.floor(value / 0x1000000);
    block[index] = digit;
    sum += digit;
  }
  block[at + width - 1] = 0;
  return sum;
}

// Big-endian two's complement; the top bit marks the encoding, the one below it is the sign.
function decodeBase256(field: Uint8Array): number | undefined {
  let value = 0n;
  for (const byte of field) value = (value << 8n) | BigInt(byte);
  const signed = BigInt.asIntN(field.length * 8 - 1, value);
  const number = Number(signed);
  return Number.isSafeInteger(number) ? number : undefined;
}
