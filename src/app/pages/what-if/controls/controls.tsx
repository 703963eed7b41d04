/** What a person may change: the machine, what it serves, and to how many. */

import './controls.css';
import { GPUS } from '../../../../../results/gpus/by-name.ts';
import { givenText, significant } from '../../../../../results/text/figures.ts';
import { bitsPerValue, type Format } from '../../../../../shaders/formats/format.ts';
import { FORMATS } from '../../../../../shaders/formats/index.ts';
import { QUANTISATIONS } from '../../../../model/files/quantisations.ts';
import { PREDICTED_MODELS } from '../../../../model/models/predicted.ts';
import { ENGINES, type EngineId } from '../../../../model/predict/engines.ts';
import { CACHE_FORMATS, RANGES } from '../../../../model/predict/predict.ts';
import { dateText } from '../../../text/date-text.ts';
import type { OwnMachine } from '../own-runs/own-machine.ts';
import { NUMBERS, OWN } from '../question.ts';
import { rangeAround } from '../slider.ts';
import type { Store } from '../store.ts';
import { bandwidthText, engineName } from '../words.ts';
import { NumberField } from './number-field.tsx';
import { SelectField } from './select-field.tsx';
import { SliderField } from './slider-field.tsx';

const MAKERS = ['NVIDIA', 'AMD', 'Intel', 'Apple'] as const;

const OWN_GROUP = { title: 'Any GPU', options: [{ value: OWN, text: 'My own numbers' }] };

const makerOf = (name: string) => MAKERS.find((maker) => name.startsWith(`${maker} `));

const makerGroups = [
  ...MAKERS.map((title) => ({
    title,
    options: GPUS.filter(({ name }) => makerOf(name) === title).map(({ name }) => ({
      value: name,
      text: title === 'Apple' || title === 'Intel' ? name : name.slice(title.length + 1),
    })),
  })),
  {
    title: 'Others',
    options: GPUS.filter(({ name }) => !makerOf(name)).map(({ name }) => ({ value: name, text: name })),
  },
];

/** The GPUs that may be asked about: own numbers, what was measured here, and the table. */
const gpuGroups = (own: readonly OwnMachine[]) => [
  OWN_GROUP,
  ...(own.length > 0
    ? [
        {
          title: 'Measured in this browser',
          options: own.map(({ key, name, gbps, created }) => ({
            value: key,
            text: `${name}: ${bandwidthText(gbps)}, ${dateText(created)}`,
          })),
        },
      ]
    : []),
  ...makerGroups,
];

const modelGroups = [
  { title: undefined, options: PREDICTED_MODELS.map(({ id, name }) => ({ value: id, text: name })) },
];

/** `4.50 bits a weight` */
const bitsText = (format: Format): string => `${significant(bitsPerValue(format))} bits a weight`;

const weightGroups = () => [
  {
    title: 'One format for all',
    options: Object.values(FORMATS).map((format) => ({ value: format.id, text: `${format.id}: ${bitsText(format)}` })),
  },
  { title: 'As llama.cpp makes them', options: QUANTISATIONS.map((id) => ({ value: id, text: id })) },
];

const cacheGroups = [{ title: undefined, options: CACHE_FORMATS.map((id) => ({ value: id, text: id })) }];

const engineGroups = [
  {
    title: undefined,
    options: (Object.keys(ENGINES) as EngineId[]).map((id) => ({ value: id, text: engineName(id).replace(/,$/, '') })),
  },
];

/** Where the sliders of context and readers go. */
const CONTEXTS = { min: 128, max: 1_048_576 };
const READERS = { min: 1, max: 1024 };

export function Controls({ store }: { store: Store }) {
  const { question, memoryGB, gbps, tflops: counted } = store.answer.value;
  const { ask } = store;
  const bases = store.bases.value;
  const { context, batch, tflops, fixedMs } = question;
  return (
    <form class="card controls" aria-label="What if" onSubmit={(event) => event.preventDefault()}>
      <SelectField
        label="GPU"
        find={`Find among ${GPUS.length} GPUs`}
        groups={gpuGroups(store.own.value)}
        value={store.measured.value?.key ?? question.gpu}
        onValue={(value) => {
          const own = store.own.peek().find(({ key }) => key === value);
          if (own) store.askOwn(own);
          else store.askGpu(value);
        }}
      />
      <SliderField
        label="Cabin: memory"
        unit="GB"
        value={memoryGB}
        param={NUMBERS.memoryGB}
        range={rangeAround(bases.memoryGB, RANGES.memory)}
        onValue={(value) => ask({ memoryGB: value })}
      />
      <SliderField
        label="Door: bandwidth"
        unit="GB/s"
        value={gbps}
        param={NUMBERS.gbps}
        range={rangeAround(bases.gbps, RANGES.bandwidth)}
        onValue={(value) => ask({ gbps: value })}
      />
      <SelectField label="Model" groups={modelGroups} value={question.model} onValue={(model) => ask({ model })} />
      <SelectField
        label="Luggage: weights in"
        groups={weightGroups()}
        value={question.weights}
        onValue={(weights) => ask({ weights })}
      />
      <SelectField label="Bags: KV cache in" groups={cacheGroups} value={question.kv} onValue={(kv) => ask({ kv })} />
      <SliderField
        label="Context of each reader"
        unit="tokens"
        value={context}
        param={NUMBERS.context}
        range={widened(CONTEXTS, context)}
        isWhole
        onValue={(value) => ask({ context: value })}
      />
      <SliderField
        label="Readers at once"
        unit="readers"
        value={batch}
        param={NUMBERS.batch}
        range={widened(READERS, batch)}
        isWhole
        onValue={(value) => ask({ batch: value })}
      />
      <SelectField
        label="Expected of the serving engine"
        groups={engineGroups}
        value={question.engine}
        onValue={(engine) => ask({ engine: engine as EngineId })}
      />
      <details open={tflops !== null || fixedMs > 0}>
        <summary>Engine and traffic lights</summary>
        <NumberField
          label="Engine: compute"
          labelId="engine"
          unit="TFLOP/s"
          value={tflops}
          param={NUMBERS.tflops}
          onValue={(value) => ask({ tflops: value })}
          onEmpty={() => ask({ tflops: null })}
          note={
            tflops === null && counted !== null
              ? `Empty: ${givenText(counted)}, as the maker gives it.`
              : 'Empty: as the maker gives it; left out where that is not known, as if it were never too slow.'
          }
        />
        <NumberField
          label="Traffic lights: fixed cost of a step"
          labelId="lights"
          unit="ms"
          value={fixedMs}
          param={NUMBERS.fixedMs}
          onValue={(value) => ask({ fixedMs: value })}
          note="What a step takes even if nothing is read: launches, waiting, sampling."
        />
      </details>
    </form>
  );
}

/** A slider's range that holds a value from outside it, too. */
const widened = ({ min, max }: { readonly min: number; readonly max: number }, value: number) => ({
  min: Math.min(min, value),
  max: Math.max(max, value),
});
