/** A file on a host, read by ranges of its bytes. */

import type { AsyncBuffer } from 'hyparquet';

/** What kept a part of the dataset from being read: a sentence for a person, with what to do. */
export class DatasetError extends Error {
  override readonly name = 'DatasetError';
}

/** The largest file that is fetched whole from a host which sends no ranges. */
const MAX_WHOLE_BYTES = 4 * 2 ** 20;

const REPLACED = 'the collection was replaced by a newer one while it was read: reload the page';

/**
 * The file at an address. Each slice is one request, and rejects with a DatasetError if it is not what was asked for:
 * pieces of two versions of a file must never meet.
 *
 * @param bytes the length of the file as it is expected
 */
export function rangedFile(address: string, bytes: number): AsyncBuffer {
  let version: string | null | undefined;
  let whole: Promise<ArrayBuffer> | undefined;

  const take = async (response: Response): Promise<ArrayBuffer> => {
    const tag = response.headers.get('etag');
    if (version !== undefined && tag !== version) throw new DatasetError(REPLACED);
    version = tag;
    return response.arrayBuffer();
  };

  return {
    byteLength: bytes,
    async slice(start, end = bytes) {
      if (whole) return (await whole).slice(start, end);
      const response = await answerOf(address, start, end);
      if (response.status === 206) {
        if (totalIn(response) !== bytes) throw new DatasetError(REPLACED);
        const part = await take(response);
        if (part.byteLength === end - start) return part;
        throw new DatasetError(`the host sent ${part.byteLength} bytes of ${end - start}: reload the page`);
      }
      if (response.status === 416) throw new DatasetError(REPLACED);
      if (!response.ok) throw new DatasetError(`the host answered ${response.status}: reload the page, or try later`);
      if (bytes > MAX_WHOLE_BYTES) {
        await response.body?.cancel();
        throw new DatasetError(
          'the host sends whole files only, and this one is too large for that: the collection has to lie on a host that answers range requests',
        );
      }
      // Two slices may have been asked for at once.
      if (whole) await response.body?.cancel();
      whole ??= take(response);
      const file = await whole;
      if (file.byteLength !== bytes) throw new DatasetError(REPLACED);
      return file.slice(start, end);
    },
  };
}

async function answerOf(address: string, start: number, end: number): Promise<Response> {
  try {
    // A copy of the browser's may be of the file before.
    return await fetch(address, { headers: { range: `bytes=${start}-${end - 1}` }, cache: 'no-cache' });
  } catch {
    throw new DatasetError('the collection could not be fetched: is this browser online?');
  }
}

/** The length of the whole file, of which a 206 sends a part. */
function totalIn(response: Response): number | undefined {
  const [, total] = /^bytes \d+-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '') ?? [];
  return total === undefined ? undefined : Number(total);
}
