/* For whoever asked the system for less motion: maps jump instead of gliding, nothing fades. */
"use strict";

if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) {
  L.Map.mergeOptions({ zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false });
  L.PosAnimation.include({
    _animate() {
      this._runFrame(1);
      this._complete();
    },
  });
}
