/** How wide a text is before it is drawn: about, and rather too wide. */

/**
 * The width of a character of 13 px, and of a bold one, in px: the mean of numbers with a separator, and a digit of the widest
 * of common fonts (DejaVu Sans, 0.696 em), since labels may be digits alone.
 */
const [CHARACTER_PX, BOLD_PX] = [7.6, 9.1];

export const textPx = (text: string): number => text.length * CHARACTER_PX;
export const boldPx = (text: string): number => text.length * BOLD_PX;
