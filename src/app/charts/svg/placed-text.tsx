/** A text at its place in a picture. */

export interface PlacedText {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly anchor: 'start' | 'end';
}

interface PictureTextProps {
  readonly placed: PlacedText;
  /** The class of its style. Default: that of its picture. */
  readonly kind?: string;
}

export const PictureText = ({ placed: { x, y, text, anchor }, kind }: PictureTextProps) => (
  <text class={kind} x={x} y={y} text-anchor={anchor}>
    {text}
  </text>
);
