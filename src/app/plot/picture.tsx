/** The picture of a chart: axes, lines, signs and names. */

import { Sign } from '../chart/sign.tsx';
import type { ChartPoint, ChartSpec } from './chart.ts';
import type { PlotLayout } from './plot-layout.ts';

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
  return (
    <>
      {layout.tint && <path class="tint" d={layout.tint} />}
      {/* The first series lies on top. */}
      {[...layout.series.entries()].reverse().map(([index, { path, points }]) => {
        const { name, line } = spec.series[index] ?? { name: '', line: 'none' };
        return (
          <g key={name} data-series={index + 1}>
            {line !== 'none' && <path class="line" data-line={line} d={path} />}
            {points.filter(hasSign).map((point) => (
              <Sign
                key={`${point.x} ${point.y}`}
                index={index}
                left={point.left}
                top={point.top}
                isHollow={point.isHollow}
              />
            ))}
            {points.map(
              ({ x, label, left, top }) =>
                label && (
                  <text key={x} class="label" x={left + 8} y={top - 7}>
                    {label}
                  </text>
                ),
            )}
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
          {mark.label && (
            <text x={mark.left + 10} y={mark.top + 16}>
              {mark.label}
            </text>
          )}
        </g>
      )}
    </>
  );
}

const hasSign = (point: ChartPoint): boolean => point.hasSign === true;
