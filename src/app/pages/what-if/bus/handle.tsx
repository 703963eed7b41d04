/** A part of the picture that can be dragged. Keyboards have the slider of the same value. */

import type { TargetedPointerEvent } from 'preact';
import { useRef } from 'preact/hooks';

interface Place {
  readonly x: number;
  readonly y: number;
}

interface HandleProps {
  readonly name: 'cabin' | 'door';
  readonly at: Place;
  /** Is told where the pointer is in the picture, in px. */
  readonly onDrag: (to: Place) => void;
}

/** Where a pointer is in the picture, in px. */
function placeOf({ currentTarget, clientX, clientY }: TargetedPointerEvent<SVGGElement>): Place {
  const { left = 0, top = 0 } = currentTarget.ownerSVGElement?.getBoundingClientRect() ?? {};
  return { x: clientX - left, y: clientY - top };
}

/** The side of what a finger must meet, in px. */
const TARGET_PX = 44;

export function Handle({ name, at, onDrag }: HandleProps) {
  const grip = name === 'cabin' ? { width: 8, height: 28 } : { width: 28, height: 8 };
  // Where the pointer took hold of it: it does not jump to the pointer.
  const hold = useRef<Place>({ x: 0, y: 0 });
  return (
    <g
      class="handle"
      data-handle={name}
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        const { x, y } = placeOf(event);
        hold.current = { x: x - at.x, y: y - at.y };
      }}
      onPointerMove={(event) => {
        if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
        const { x, y } = placeOf(event);
        onDrag({ x: x - hold.current.x, y: y - hold.current.y });
      }}
    >
      <rect class="target" x={at.x - TARGET_PX / 2} y={at.y - TARGET_PX / 2} width={TARGET_PX} height={TARGET_PX} />
      <rect class="grip" x={at.x - grip.width / 2} y={at.y - grip.height / 2} {...grip} rx={4} />
    </g>
  );
}
