/** How many bytes a rotation needs so that no cache can hold it. */

/**
 * The largest last-level cache of a shipping GPU: the L2 of an Intel Data Center GPU Max 1550 (Intel's product brief of
 * 2023). AMD's Instinct MI300X has 256 MB.
 */
export const LARGEST_CACHE_BYTES = 408e6;

/**
 * A rotation is cold from this many times a cache on. A cache that forgets what was used longest ago then holds none of
 * it. No cache holds more than a quarter: caches that resist thrashing keep 21 – 23 % of a stream that comes round again
 * (BIP: M. K. Qureshi et al., ISCA 2007; BRRIP: A. Jaleel et al., ISCA 2010; counted in tests/calibration/).
 */
export const COLD_TIMES = 4;

/** A rotation through this many bytes is cold on every shipping GPU. */
export const COLD_ROTATION_BYTES = COLD_TIMES * LARGEST_CACHE_BYTES;
