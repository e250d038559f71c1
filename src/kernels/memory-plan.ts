/** Divides a memory: what lies where, before it is made or as it grows. */
export interface MemoryPlan {
  /** Where so many bytes will lie: at a multiple of a cache line. */
  take(bytes: number): number;
  /** Of all that was taken. */
  readonly bytes: number;
}

const CACHE_LINE = 64;

export function memoryPlan(): MemoryPlan {
  let bytes = 0;
  return {
    take(wanted) {
      const at = bytes;
      bytes += CACHE_LINE * Math.ceil(wanted / CACHE_LINE);
      return at;
    },
    get bytes() {
      return bytes;
    },
  };
}
