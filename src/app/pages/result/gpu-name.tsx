/** The name of the GPU, which browsers hide: a person may give it after the run, too. */

import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { MAX_GPU_NAME } from '../../../session/params.ts';
import type { ReadRecord } from '../../share/reader/api.ts';

interface GpuNameProps {
  readonly read: ReadRecord;
  readonly isSoftware: boolean;
  readonly onName: (key: string, name: string) => Promise<void>;
}

export function GpuName({ read: { record, key, gpu = '' }, isSoftware, onName }: GpuNameProps) {
  const open = useSignal(false);
  const input = useRef<HTMLInputElement>(null);
  // A name that was given before the run is the record’s own, and software is no GPU.
  if (isSoftware || (gpu === '' && record.reported.gpu !== undefined)) return null;
  if (key === undefined) {
    return <p class="gpu-name">To name its GPU, keep the result in this browser first.</p>;
  }
  return (
    <details
      class="gpu-name"
      open={open.value}
      onToggle={(event) => {
        open.value = event.currentTarget.open;
      }}
    >
      <summary>{gpu ? 'Change the GPU’s name' : 'Name the GPU'}</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void onName(key, input.current?.value ?? '');
        }}
      >
        <label>
          <span>GPU name</span>
          <input
            ref={input}
            type="text"
            name="gpu"
            defaultValue={gpu}
            maxLength={MAX_GPU_NAME}
            autocomplete="off"
            placeholder="e.g. RTX 4090, M4 Max 40-core"
          />
        </label>
        <button type="submit" class="secondary">
          Keep
        </button>
      </form>
      <p class="note">
        Browsers hide the name. With it, the result is held against what the maker promises, and says what more memory
        would buy. The name is kept in this browser beside the record, which stays as it was measured.
      </p>
    </details>
  );
}
