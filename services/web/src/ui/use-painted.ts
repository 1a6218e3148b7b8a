import { useEffect, useState } from "react";

let painted = false;

/**
 * Whether what a page is opened for is on the screen: false until a frame after `isThere`, and true ever after, on every
 * page. What is long to make waits for it, so that nobody waits for what they did not come for.
 */
export function usePainted(isThere: boolean): boolean {
  const [isPainted, setPainted] = useState(painted);
  useEffect(() => {
    if (!isThere || painted) return;
    let afterFrame: number | undefined;
    const frame = requestAnimationFrame(() => {
      afterFrame = window.setTimeout(() => {
        painted = true;
        setPainted(true);
      });
    });
    return () => {
      cancelAnimationFrame(frame);
      window.clearTimeout(afterFrame);
    };
  }, [isThere]);
  return isPainted;
}
