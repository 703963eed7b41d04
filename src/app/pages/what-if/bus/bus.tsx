/**
 * The shuttle bus. Each trip makes one token for each reader, and for that all luggage and all bags stream through the
 * door. The cabin's end and the door can be dragged; sliders have the same values.
 */

import './bus.css';
import { useState } from 'preact/hooks';
import { integerText } from '../../../../../results/text/figures.ts';
import { RANGES } from '../../../../model/predict/predict.ts';
import { PictureText } from '../../../charts/svg/placed-text.tsx';
import { useWidth } from '../../../charts/svg/use-width.ts';
import { rangeAround, rounded } from '../slider.ts';
import type { Store } from '../store.ts';
import { bandwidthText, memoryText } from '../words.ts';
import { busLabels } from './bus-labels.ts';
import { type BusLayout, busLayout, gbpsAt, memoryAt, type Rect } from './bus-layout.ts';
import { besideText, pictureText, slowerText } from './bus-text.ts';
import { Handle } from './handle.tsx';

export function Bus({ store }: { store: Store }) {
  const [frame, width] = useWidth<HTMLDivElement>(640);
  const [isStill, setStill] = useState(false);
  const answer = store.answer.value;
  const { question, prediction, memoryGB, gbps, seatBytes, time } = answer;
  const bases = store.bases.value;
  const layout = busLayout({
    width,
    ...{ memoryBytes: memoryGB * 1e9, baseMemoryBytes: bases.memoryGB * 1e9, gbps, baseGbps: bases.gbps },
    ...{ weightBytes: prediction.weightBytesHeld, seatBytes, seats: prediction.maxBatch, readers: question.batch },
  });
  const seconds = time.seconds * store.slower.value;
  const { cabin, longest, stream } = layout;
  return (
    <figure class="bus" data-still={isStill || !prediction.fits}>
      <div class="frame" ref={frame} style={{ '--trip': `${seconds}s` }}>
        <svg
          viewBox={`0 0 ${width} ${layout.height}`}
          width={width}
          height={layout.height}
          role="img"
          aria-label={pictureText(answer)}
        >
          <Picture layout={layout} width={width} memory={memoryText(memoryGB)} bandwidth={bandwidthText(gbps)} />
          <Handle
            name="cabin"
            at={{ x: cabin.x + cabin.width, y: cabin.y + cabin.height / 2 }}
            onDrag={({ x }) => {
              const range = rangeAround(bases.memoryGB, RANGES.memory);
              store.ask({ memoryGB: rounded(memoryAt(x - cabin.x, longest, bases.memoryGB), range) });
            }}
          />
          <Handle
            name="door"
            at={{ x: cabin.x, y: stream.y }}
            onDrag={({ y }) => {
              const range = rangeAround(bases.gbps, RANGES.bandwidth);
              store.ask({ gbps: rounded(gbpsAt(cabin.y + cabin.height - y, cabin.height, bases.gbps), range) });
            }}
          />
        </svg>
      </div>
      <figcaption>
        <span>
          {besideText(answer)}
          {prediction.fits && `, ${slowerText(store.slower.value)}`}.
        </span>
        {prediction.fits && (
          <button type="button" class="link still" aria-pressed={isStill} onClick={() => setStill(!isStill)}>
            Hold still
          </button>
        )}
      </figcaption>
    </figure>
  );
}

interface PictureProps {
  readonly layout: BusLayout;
  readonly width: number;
  readonly memory: string;
  readonly bandwidth: string;
}

function Picture({ layout, width, memory, bandwidth }: PictureProps) {
  const { cabin, nose, stream, luggage, wheels, road, waiting } = layout;
  const used = layout.taken.x + layout.taken.width - cabin.x;
  const unseen = waiting.count - waiting.shown.length;
  const labels = busLabels(layout, {
    ...{ memory, bandwidth, twice: `×${integerText(2)}` },
    waiting: unseen > 0 ? `+${integerText(unseen)}` : '',
  });
  return (
    <g>
      <path class="road" d={`M0 ${road}H${width}`} />
      <path class="road-marks" d={`M0 ${road + 5}H${width}`} />
      <path class="stop" d={`M${stream.x - 3} ${road}V${road - cabin.height * 0.55}m-7 0h14v-10h-14Z`} />
      {waiting.shown.map(({ x, y }) => (
        <Reader key={`${x} ${y}`} x={x} y={y} size={22} />
      ))}
      <path
        class="stream"
        d={`M${cabin.x} ${stream.y + stream.height / 2}H${stream.x + 8}`}
        stroke-width={Math.max(2, stream.height - 6)}
      />
      {layout.twice && layout.luggageFits && (
        <g class="twice">
          <rect {...layout.twice} rx={4} />
          {labels.twice && <PictureText placed={labels.twice} kind="number" />}
        </g>
      )}
      <path class="body" d={bodyPath(cabin, nose)} />
      <path
        class="window"
        d={`M${nose.x + 5} ${nose.y + nose.height * 0.42}v${-nose.height * 0.26}h${nose.width * 0.4}l${nose.width * 0.2} ${nose.height * 0.26}Z`}
      />
      <rect class="luggage" data-fits={layout.luggageFits} {...luggage} />
      <Seats layout={layout} />
      {layout.luggageFits && used > 0 && (
        <rect
          class="sweep"
          x={cabin.x}
          y={cabin.y}
          width={6}
          height={cabin.height}
          style={{ '--way': `${Math.max(0, used - 6)}px` }}
        />
      )}
      <rect class="cabin" {...cabin} rx={4} />
      <path class="door" d={`M${cabin.x} ${stream.y}v${stream.height}`} />
      {wheels.xs.map((x) => (
        <g key={x} class="wheel" style={{ transformOrigin: `${x}px ${wheels.y}px` }}>
          <circle cx={x} cy={wheels.y} r={wheels.radius} />
          <path
            d={`M${x - wheels.radius} ${wheels.y}h${2 * wheels.radius}M${x} ${wheels.y - wheels.radius}v${2 * wheels.radius}`}
          />
        </g>
      ))}
      {[labels.memory, labels.bandwidth, labels.waiting].map(
        (label) => label && <PictureText key={label.text} placed={label} kind="number" />,
      )}
      {layout.luggageFits && luggage.width > 64 && (
        <text class="inside" x={luggage.x + 8} y={luggage.y + 18}>
          weights
        </text>
      )}
    </g>
  );
}

/** The bus around its cabin: a rounded box with a lower nose in front. */
const bodyPath = (cabin: Rect, nose: Rect): string => {
  const [left, right, end] = [cabin.x - 3, nose.x + 2, nose.x + nose.width];
  const [roof, floor] = [cabin.y - 3, cabin.y + cabin.height + 4];
  return `M${left} ${floor}V${roof + 5}q0 -5 5 -5H${right}L${right + nose.width * 0.45} ${nose.y}L${end - 4} ${nose.y + nose.height * 0.5}Q${end} ${nose.y + nose.height * 0.55} ${end} ${nose.y + nose.height * 0.7}V${floor}Z`;
};

/** The height of a seat from which a reader can be seen in it, in px. */
const READER_PX = 14;

function Seats({ layout: { seats, seating, taken } }: { layout: BusLayout }) {
  if (!seats) {
    return (
      <>
        <rect class="seating" {...seating} />
        <rect class="seat" data-taken="true" {...taken} />
      </>
    );
  }
  return (
    <>
      {seats.map(({ x, y, width, height, isTaken }) => {
        const gap = Math.min(2, width / 6, height / 6);
        const size = Math.min(width - 2 * gap, height - 2 * gap);
        return (
          <g key={`${x} ${y}`}>
            <rect
              class="seat"
              data-taken={isTaken}
              x={x + gap}
              y={y + gap}
              width={width - 2 * gap}
              height={height - 2 * gap}
              rx={gap}
            />
            {isTaken && size >= READER_PX && (
              <Reader x={x + width / 2} y={y + height - gap} size={Math.min(size, 30)} />
            )}
          </g>
        );
      })}
    </>
  );
}

/** A person who stands at (x, y). */
function Reader({ x, y, size }: { x: number; y: number; size: number }) {
  const head = size * 0.2;
  return (
    <path
      class="reader"
      d={`M${x - head} ${y - size + head * 1.2}a${head} ${head} 0 1 0 ${2 * head} 0a${head} ${head} 0 1 0 ${-2 * head} 0M${x - size * 0.26} ${y}v${-size * 0.3}a${size * 0.26} ${size * 0.24} 0 0 1 ${size * 0.52} 0v${size * 0.3}Z`}
    />
  );
}
