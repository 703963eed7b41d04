/** The card of the machine: its adapter, the adapter's features and limits, and the clock that runs trust. */

import './adapter-card.css';
import type { ComponentChildren } from 'preact';
import { adapterName, isHidden, softwareName, webglGpuOf } from '../../../../results/machine/identity.ts';
import { integratedText } from '../../../../results/machine/integrated.ts';
import type { AdapterInfo, HostInfo } from '../../../../results/record/schema.ts';
import { bytesText, integerText } from '../../../../results/text/figures.ts';
import type { Store } from '../../state/state.ts';
import { hostText } from '../../text/host-text.ts';
import { ClockFacts } from './clock-facts.tsx';
import { Fact } from './fact.tsx';

interface AdapterCardProps {
  readonly store: Store;
  /** Default: `This machine`. */
  readonly title?: string;
}

export function AdapterCard({ store, title = 'This machine' }: AdapterCardProps) {
  const { adapter, host, software } = store;
  return (
    <section class="card adapter-card" aria-labelledby="adapter-title">
      <h2 id="adapter-title">{title}</h2>
      {adapter.value && host.value ? (
        <Facts adapter={adapter.value} host={host.value} software={software.value}>
          <ClockFacts clock={store.clock.value} />
        </Facts>
      ) : (
        <p class="empty">Looking for a GPU…</p>
      )}
    </section>
  );
}

interface FactsProps {
  readonly adapter: AdapterInfo;
  readonly host: HostInfo;
  readonly software: boolean;
  readonly children: ComponentChildren;
}

function Facts({ adapter, host, software, children }: FactsProps) {
  const { vendor, architecture, device, description } = adapter;
  const name = (software ? softwareName(adapter) : adapterName(adapter)) || 'Unnamed adapter';
  const integrated = integratedText(adapter, host);
  return (
    <>
      <p class="adapter-name">
        <strong>{name}</strong>
        <span class={software ? 'kind software' : 'kind'}>{kindText(adapter, software)}</span>
      </p>
      <dl class="facts">
        <Fact term="Vendor" value={vendor} />
        <Fact term="Architecture" value={architecture} />
        {device && <Fact term="Device" value={device} />}
        {description && <Fact term="Description" value={description} />}
        <Fact term="Browser" value={hostText(host)} />
      </dl>
      {(!device || !description) && <p class="note">{hiddenText(adapter, software)}</p>}
      {integrated && <p class="note integrated">{integrated}</p>}
      <h3>Features</h3>
      <Features adapter={adapter} />
      <h3>Limits</h3>
      <Limits limits={adapter.limits} />
      <h3>Clock</h3>
      {children}
    </>
  );
}

function kindText(adapter: AdapterInfo, software: boolean): string {
  if (software) return 'software, runs on the CPU';
  return isHidden(adapter) ? 'a GPU, or software: hidden' : 'GPU';
}

/** Where the name of a GPU comes from that WebGPU hides, and what a person can do about it. */
function hiddenText(adapter: AdapterInfo, software: boolean): string {
  const { device, description } = adapter;
  const hides = `The browser hides the GPU’s ${[!device && 'device', !description && 'description'].filter(Boolean).join(' and ')}.`;
  if (isHidden(adapter)) {
    return 'The browser hides all of the adapter, and even whether it is a GPU (in Firefox: privacy.resistFingerprinting in about:config). You can name the GPU under Options, or on the page of a result.';
  }
  const renderer = software || description ? undefined : webglGpuOf(adapter);
  const name = 'You can name the GPU under Options, or on the page of a result.';
  if (!renderer) return `${hides} ${name}`;
  return renderer.standIn
    ? `${hides} Its WebGL says only “${renderer.name}, or similar”, as of many GPUs. ${name}`
    : `${hides} The name comes from WebGL, which may run on another GPU of this machine. If it is wrong, name the GPU under Options, or on the page of a result.`;
}

interface Feature {
  readonly name: string;
  /** A shorter name to show. Default: `name`. */
  readonly shown?: string;
  readonly use: string;
}

/** The features that change what a run measures, or how. */
const FEATURES: readonly Feature[] = [
  { name: 'timestamp-query', use: 'the GPU’s own clock' },
  { name: 'subgroups', use: 'threads that exchange values directly' },
  { name: 'packed_4x8_integer_dot_product', shown: 'dot4I8Packed', use: 'dot products of 8-bit integers' },
];

function Features({ adapter }: { adapter: AdapterInfo }) {
  const { features, subgroupMinSize: min, subgroupMaxSize: max } = adapter;
  const size = min === max ? `size ${max}` : `sizes ${min} to ${max}`;
  return (
    <ul class="features">
      {FEATURES.map(({ name, shown = name, use }) => {
        const present = features.includes(name);
        return (
          <li key={name} data-present={present}>
            <span class="mark" aria-hidden="true">
              {present ? '✓' : '✕'}
            </span>
            <span>
              <code>{shown}</code> <span class="visually-hidden">{present ? 'present:' : 'missing:'}</span>{' '}
              <small>
                {use}
                {present && name === 'subgroups' && max > 0 && `, ${size}`}
              </small>
            </span>
          </li>
        );
      })}
    </ul>
  );
}

interface Limit {
  readonly key: string;
  readonly term: string;
  readonly text: (value: number) => string;
}

const LIMITS: readonly Limit[] = [
  { key: 'maxBufferSize', term: 'Largest buffer', text: bytesText },
  { key: 'maxStorageBufferBindingSize', term: 'Largest binding', text: bytesText },
  { key: 'maxComputeWorkgroupStorageSize', term: 'Workgroup memory', text: bytesText },
  { key: 'maxComputeInvocationsPerWorkgroup', term: 'Threads per workgroup', text: integerText },
  { key: 'maxComputeWorkgroupsPerDimension', term: 'Workgroups per dimension', text: integerText },
];

function Limits({ limits }: { limits: Readonly<Record<string, number>> }) {
  return (
    <dl class="facts">
      {LIMITS.map(({ key, term, text }) => {
        const value = limits[key];
        return <Fact key={key} term={term} value={value === undefined ? '' : text(value)} />;
      })}
    </dl>
  );
}
