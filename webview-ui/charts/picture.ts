/** The plot as a PNG on the editor's background. */
export async function canvasPng(
  canvas: HTMLCanvasElement,
  title: string,
  background: string,
  foreground: string,
): Promise<Uint8Array> {
  const ratio = window.devicePixelRatio || 1;
  const head = Math.round(24 * ratio);
  const copy = document.createElement("canvas");
  copy.width = canvas.width;
  copy.height = canvas.height + head;
  const context = copy.getContext("2d")!;
  context.fillStyle = background;
  context.fillRect(0, 0, copy.width, copy.height);
  context.fillStyle = foreground;
  context.font = `${12 * ratio}px sans-serif`;
  context.fillText(title, 8 * ratio, 16 * ratio);
  context.drawImage(canvas, 0, head);
  const blob = await new Promise<Blob | null>((done) => copy.toBlob(done, "image/png"));
  return new Uint8Array(await blob!.arrayBuffer());
}
