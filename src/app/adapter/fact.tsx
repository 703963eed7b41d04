/** A line of a list of facts; what was not given says so. */
export function Fact({ term, value }: { term: string; value: string }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd class={value ? undefined : 'blank'}>{value || 'not given'}</dd>
    </div>
  );
}
