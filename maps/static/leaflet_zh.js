
/* What Leaflet says, in Chinese: scale bars in 米 and 公里, titles of buttons. */
L.Control.Scale.include({
  _updateMetric(most) {
    const metres = this._getRoundNum(most);
    this._updateScale(this._mScale, metres < 1000 ? `${metres} 米` : `${metres / 1000} 公里`, metres / most);
  },
});
L.Control.Scale.mergeOptions({ imperial: false });
L.Control.Zoom.mergeOptions({ zoomInTitle: "放大", zoomOutTitle: "缩小" });
L.Control.Attribution.mergeOptions({ prefix: false });
