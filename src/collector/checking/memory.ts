/** What threads hand over to each other for good. */

/** The memory of bytes in an input or output, which a message hands over instead of copying it. */
export function memoryOf(message: object): ArrayBuffer[] {
  return Object.values(message).flatMap((value) => {
    // A small buffer of Node's shares its memory with others.
    const isAlone = value instanceof Uint8Array && value.byteLength === value.buffer.byteLength;
    return isAlone && value.buffer instanceof ArrayBuffer ? [value.buffer] : [];
  });
}
