/** The Web Lock that a session holds while it measures. Who must not disturb one looks whether it is held. */
export const MEASURING_LOCK = 'hbmark-measuring';
