/** Tells elements when they come into sight and leave it. One observer for all, so that what appears together is told together. */
type Seen = (isVisible: boolean) => void;

const seen = new WeakMap<Element, Seen>();
let observer: IntersectionObserver | undefined;

/** Calls back when the element comes near the visible part of the page or leaves it. @returns the end of that */
export function watchSight(element: Element, changed: Seen): () => void {
  observer ??= new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) seen.get(target)?.(isIntersecting);
    },
    { rootMargin: "160px" },
  );
  seen.set(element, changed);
  observer.observe(element);
  return () => {
    observer?.unobserve(element);
    seen.delete(element);
  };
}
