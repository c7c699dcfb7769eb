/**
 * Drawing in turns: what many charts have to draw is spread over frames, so that the first of them is seen at once and a
 * page of charts never holds a key or the pointer up for longer than a frame.
 */
type Draw = () => void;

/** Milliseconds of drawing in one frame; the browser needs the rest of its 16 for layout and painting. */
const BUDGET_MS = 10;

const waiting = new Set<Draw>();
let frame = 0;

/** Draws with the next frame, or one soon after when there is much to draw. @returns takes it back */
export function drawSoon(draw: Draw): () => void {
  waiting.add(draw);
  frame ||= requestAnimationFrame(turn);
  return () => void waiting.delete(draw);
}

function turn(): void {
  frame = 0;
  const endMs = performance.now() + BUDGET_MS;
  for (const draw of waiting) {
    waiting.delete(draw);
    draw();
    if (performance.now() >= endMs) break;
  }
  if (waiting.size > 0) frame = requestAnimationFrame(turn);
}
