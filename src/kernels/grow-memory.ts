const PAGE = 65536;

/** Makes a memory hold at least so many bytes. Views of its buffer are void after. @throws RangeError when there is no room */
export function growMemory(memory: WebAssembly.Memory, bytes: number): void {
  const missing = Math.ceil(bytes / PAGE) - memory.buffer.byteLength / PAGE;
  if (missing > 0) memory.grow(missing);
}
