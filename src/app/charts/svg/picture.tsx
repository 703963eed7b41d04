/** The picture of a chart: axes, lines, signs and names. */

import { Sign } from '../signs/sign.tsx';
import type { ChartSpec } from './chart.ts';
import { labelsOf, markLabel } from './labels.ts';
import { PictureText } from './placed-text.tsx';
import type { Placed, PlotLayout } from './plot-layout.ts';

interface Drawn {
  readonly spec: ChartSpec;
  readonly layout: PlotLayout;
}

export function Picture({ spec, layout }: Drawn) {
  const { width, height } = layout;
  return (
    <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} aria-hidden="true">
      <Axes spec={spec} layout={layout} />
      <Series spec={spec} layout={layout} />
    </svg>
  );
}

function Axes({ spec, layout }: Drawn) {
  const { frame, height, xTicks, yTicks } = layout;
  return (
    <g class="axes">
      {yTicks.map(({ top, text }) => (
        <g key={text}>
          <path d={`M${frame.left} ${top}H${frame.right}`} />
          <text x={frame.left - 8} y={top + 4} text-anchor="end">
            {text}
          </text>
        </g>
      ))}
      {xTicks.map(({ left, text }) => (
        <g key={text}>
          <path d={`M${left} ${frame.top}V${frame.bottom}`} />
          <text x={left} y={frame.bottom + 18} text-anchor="middle">
            {text}
          </text>
        </g>
      ))}
      <text class="title" x={spec.rows ? frame.left : 0} y={14}>
        {spec.y.title}
      </text>
      <text class="title" x={frame.right} y={height - 6} text-anchor="end">
        {spec.x.title}
      </text>
    </g>
  );
}

function Series({ spec, layout }: Drawn) {
  const { mark } = layout;
  const named = mark && markLabel(mark, layout);
  return (
    <>
      {layout.tint && <path class="tint" d={layout.tint} />}
      {layout.band && <path class="band" d={layout.band} />}
      {/* The first series lies on top. */}
      {[...layout.series.entries()].reverse().map(([index, { path, points }]) => {
        const { name, line } = spec.series[index] ?? { name: '', line: 'none' };
        return (
          <g key={name} data-series={index + 1}>
            {line !== 'none' && <path class="curve" data-line={line} d={path} />}
            {points.map((point) => (
              <Extent key={`${point.x} ${point.y}`} point={point} />
            ))}
            {points.filter(hasSign).map((point) => (
              <Sign
                key={`${point.x} ${point.y}`}
                index={index}
                left={point.barLeft === undefined ? point.left : (point.barLeft + point.left) / 2}
                top={point.top}
                isHollow={point.isHollow}
              />
            ))}
            {labelsOf(points, layout).map((label) => (
              <PictureText key={label.text} placed={label} kind="label" />
            ))}
          </g>
        );
      })}
      {layout.names.map(({ left, top, text, index }) => (
        <g key={text} data-series={index + 1}>
          <Sign index={index} left={left + 5} top={top - 4} />
          <text class="name" x={left + 16} y={top}>
            {text}
          </text>
        </g>
      ))}
      {mark && (
        <g class="mark">
          <path d={`M${mark.left - 8} ${mark.top}h16m-8 -8v16`} />
          {named && <PictureText placed={named} />}
        </g>
      )}
    </>
  );
}

/** The width from which a bar has a sign, in px. */
const SIGN_PX = 16;

const hasSign = ({ hasSign: has, barLeft, left }: Placed): boolean =>
  has === true && (barLeft === undefined || left - barLeft >= SIGN_PX);

/** Half the height of a bar, and half the length of a whisker's end, in px. */
const [BAR_PX, END_PX] = [11, 4];

/** How far a point reaches: its bar, and its interval. */
function Extent({ point: { barLeft, left, top, whiskers } }: { readonly point: Placed }) {
  return (
    <>
      {barLeft !== undefined && (
        <rect class="bar" x={barLeft} y={top - BAR_PX} width={Math.max(0, left - barLeft)} height={2 * BAR_PX} />
      )}
      {whiskers.length > 0 && <path class="whisker" d={whiskers.map(whiskerPath).join('')} />}
    </>
  );
}

/** A line with a short one across each end. */
function whiskerPath({ from: [x1, y1], to: [x2, y2] }: Placed['whiskers'][number]): string {
  const across = x1 === x2 ? `m${-END_PX} 0h${2 * END_PX}` : `m0 ${-END_PX}v${2 * END_PX}`;
  return `M${x1} ${y1}L${x2} ${y2}M${x1} ${y1}${across}M${x2} ${y2}${across}`;
}
