/** How wide a text is before it is drawn: about, and rather too wide. */

/** The mean width of a character of 13 px, and of a bold one, in px: digits are wider than most letters. */
const [CHARACTER_PX, BOLD_PX] = [7.6, 8.4];

export const textPx = (text: string): number => text.length * CHARACTER_PX;
export const boldPx = (text: string): number => text.length * BOLD_PX;
