/** Files that were picked or dropped, as `src/model/files/` reads them: only the parts that it asks for. */

import { type ByteSource, type Files, ModelFileError } from '../../model/files/source.ts';

export interface NamedBlob {
  readonly name: string;
  readonly blob: Blob;
}

export const filesOfBlobs = (blobs: readonly NamedBlob[]): Files => ({
  async open(name) {
    const found = blobs.find((one) => one.name === name);
    return found && sourceOf(found);
  },
});

const sourceOf = ({ name, blob }: NamedBlob): ByteSource => ({
  size: blob.size,
  async bytes(offset, length) {
    try {
      return new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
    } catch (error) {
      // A dropped folder is a File too, and a file may have changed or be gone since it was picked.
      const why = error instanceof Error ? error.message : String(error);
      throw new ModelFileError(
        `cannot be read (${why}); drop files, not a folder, and again if they have changed`,
        name,
      );
    }
  },
});
