/** The page "What if" in the states that a question brings it to. */

import { Plot } from '../../charts/svg/plot.tsx';
import { Bus } from '../../pages/what-if/bus/bus.tsx';
import Charts from '../../pages/what-if/charts/charts.tsx';
import { frontierChart } from '../../pages/what-if/charts/frontier.ts';
import { growthChart } from '../../pages/what-if/charts/generations.ts';
import { Controls } from '../../pages/what-if/controls/controls.tsx';
import { Meter } from '../../pages/what-if/meter/meter-view.tsx';
import { ownMachine } from '../../pages/what-if/own-runs/own-machine.ts';
import { createStore } from '../../pages/what-if/store.ts';
import { WouldFit } from '../../pages/what-if/would-fit.tsx';
import { committed } from '../fixtures.ts';
import type { Group, Item } from '../item.ts';
import { SMOLLM2 } from '../shown.ts';

const QUESTIONS = [
  { id: 'default', state: 'what it asks at first', query: '' },
  {
    id: 'many',
    state: 'more readers than seats can be drawn',
    query: '?gpu=H100&model=smollm2-135m&ctx=512&batch=400',
  },
  { id: 'misfit', state: 'does not fit', query: '?model=llama-3.1-70b&batch=4' },
  { id: 'own', state: 'own numbers, with compute and a fixed cost', query: '?gpu=own&mem=12&bw=300&flops=20&fixed=1' },
] as const;

const bus = ({ id, state, query }: (typeof QUESTIONS)[number]): Item => ({
  ...{ id: `what-if-${id}`, component: 'Bus, meter and what would fit', state, width: 'main' },
  draw() {
    const store = createStore(query);
    return (
      <div class="what-if">
        <Bus store={store} />
        <WouldFit store={store} />
        <Meter store={store} />
      </div>
    );
  },
});

/** A question about the machine of a kept run, and that run. */
function measured() {
  const machine = ownMachine('k', committed(SMOLLM2));
  if (!machine) throw new Error(`${SMOLLM2} has no machine`);
  const store = createStore('?model=smollm2-135m&w=f16&ctx=1024');
  store.askOwn(machine);
  return { answer: store.answer.value, machine };
}

export const WHAT_IF: Group = {
  id: 'what-if',
  title: 'What if',
  items: [
    ...QUESTIONS.map(bus),
    {
      ...{ id: 'what-if-controls', component: 'Controls', state: 'own numbers, with compute', width: 'side' },
      draw: () => <Controls store={createStore(QUESTIONS[3].query)} />,
    },
    {
      ...{ id: 'what-if-charts', component: 'Charts', state: 'what it asks at first' },
      draw: () => <Charts store={createStore('')} />,
    },
    {
      ...{ id: 'what-if-frontier', component: 'Frontier', state: 'with the measured steps of a kept run' },
      draw() {
        const { answer, machine } = measured();
        return <Plot spec={{ ...frontierChart(answer, machine), id: 'frontier-measured' }} />;
      },
    },
    {
      ...{ id: 'what-if-generations', component: 'Generations', state: 'with the measured bandwidth of a kept run' },
      draw() {
        const { answer, machine } = measured();
        return <Plot spec={{ ...growthChart(answer, machine), id: 'generations-measured' }} />;
      },
    },
  ],
};
