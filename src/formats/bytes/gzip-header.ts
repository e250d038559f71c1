/** How long the header of a gzip member is (RFC 1952, section 2.3). */
import { crc32 } from 'node:zlib';
import { gzipDamaged } from './gzip-errors.js';

const DEFLATE = 8;
const FLAG = { headerCrc: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 } as const;

/**
 * @param bytes begin with the gzip magic
 * @returns undefined when the header is not over where the bytes are
 * @throws LungflowError `gzip-damaged`
 */
export function gzipHeaderLength(bytes: Uint8Array): number | undefined {
  if (bytes.length < 10) return undefined;
  const flags = bytes[3];
  if (bytes[2] !== DEFLATE || (flags & FLAG.reserved) !== 0) throw gzipDamaged();
  let at: number = 10;
  if (flags & FLAG.extra) {
    if (bytes.length < at + 2) return undefined;
    at += 2 + (bytes[at] | (bytes[at + 1] << 8));
  }
  for (const text of [FLAG.name, FLAG.comment]) {
    if (!(flags & text)) continue;
    const end = bytes.indexOf(0, at);
    if (end < 0) return undefined;
    at = end + 1;
  }
  if (flags & FLAG.headerCrc) {
    if (bytes.length < at + 2) return undefined;
    if ((bytes[at] | (bytes[at + 1] << 8)) !== (crc32(bytes.subarray(0, at)) & 0xffff)) throw gzipDamaged();
    at += 2;
  }
  return at <= bytes.length ? at : undefined;
}
