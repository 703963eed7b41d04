/** A checksum of output words: equal inputs must give equal outputs, whatever the round. */

export class Checksum {
  #sum = 0x811c9dc5;

  /** Adds 32-bit words by FNV-1a. Source: Fowler, Noll, Vo; RFC 9923. */
  add(words: Uint32Array): void {
    let sum = this.#sum;
    // The loop is by index: an iterator takes several times as long, and outputs reach half a gigabyte.
    for (let i = 0; i < words.length; i++) sum = Math.imul(sum ^ (words[i] as number), 0x01000193) >>> 0;
    this.#sum = sum;
  }

  /** The checksum as eight hex digits. */
  get text(): string {
    return this.#sum.toString(16).padStart(8, '0');
  }
}
