/** How wide a text is before it is drawn: about, and rather too wide. */

/** The mean width of a character of 13 px, and of a bold one, in px. */
const [CHARACTER_PX, BOLD_PX] = [7.6, 8.4];

/** The width of a bold digit of 13 px in the widest of common fonts (DejaVu Sans, 0.696 em): a label may be digits alone. */
const BOLD_DIGIT_PX = 9.1;

const isDigit = (character: string): boolean => character >= '0' && character <= '9';

export const textPx = (text: string): number => text.length * CHARACTER_PX;

export function boldPx(text: string): number {
  const digits = [...text].filter(isDigit).length;
  return digits * BOLD_DIGIT_PX + (text.length - digits) * BOLD_PX;
}
