/** A step of what to do. What is to be typed in it, a flag or an inner address of a browser, is not broken at its hyphens. */

const TYPED = /((?:--[a-z]|(?:chrome|edge|brave|opera|vivaldi):\/\/|about:)\S*[^\s.,;:)”])/;

/** @param text a step, as results/machine/help.ts writes it */
export const StepText = ({ text }: { readonly text: string }) => (
  <>
    {text.split(TYPED).map((part, i) =>
      // What the pattern matched stands at odd places.
      i % 2 === 1 ? (
        <span key={part} class="typed">
          {part}
        </span>
      ) : (
        part
      ),
    )}
  </>
);
