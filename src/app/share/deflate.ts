/** Text, compressed and back (RFC 1951, 1952), by the browser's own streams. What is unpacked has a bound. */

/** Whether this browser compresses. */
export const canPack = (): boolean => typeof CompressionStream === 'function';

export async function packed(text: string, format: CompressionFormat): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream(format));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** `broken`: it is not compressed text. `too-long`: it is, of more bytes than the bound. */
export type Inflated = { readonly text: string } | { readonly problem: 'broken' } | { readonly problem: 'too-long' };

/**
 * Unpacks text. A few bytes may unpack to a thousand times as many, so it is read piece by piece, and no more once the
 * bound is passed.
 */
export async function inflated(bytes: Uint8Array<ArrayBuffer>, maxBytes: number): Promise<Inflated> {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { text: text + decoder.decode() };
      length += value.length;
      if (length > maxBytes) {
        await reader.cancel();
        return { problem: 'too-long' };
      }
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    return { problem: 'broken' };
  }
}
