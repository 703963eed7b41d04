/** A line of a list of facts. An empty value reads "not given". */
export function Fact({ term, value }: { term: string; value: string }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd class={value ? undefined : 'blank'}>{value || 'not given'}</dd>
    </div>
  );
}
