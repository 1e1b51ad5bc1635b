// Moves and enlarges a map in its frame, with the mouse, a finger or the
// keyboard. Without this script two links draw a smaller or a larger part.
for (const bar of document.querySelectorAll('[data-map]:not([data-on])')) {
  bar.dataset.on = '1';
  const figure = bar.closest('figure'), svg = figure.querySelector('svg');
  const [, , wide, high] = svg.getAttribute('viewBox').split(' ').map(Number);
  const marks = [...svg.querySelectorAll(':scope > [transform]')].map(mark => [mark, mark.getAttribute('transform')]);
  const points = [...svg.querySelectorAll('.point')].map(point => [point, ...point.getAttribute('transform').match(/-?\d+/g).map(Number)]);
  let x = 0, y = 0, times = 1;
  const draw = () => {
    x = Math.min(Math.max(x, 0), wide - wide / times);
    y = Math.min(Math.max(y, 0), high - high / times);
    svg.setAttribute('viewBox', [x, y, wide / times, high / times].join(' '));
    marks.forEach(([mark, at]) => mark.setAttribute('transform', `${at} scale(${1 / times})`));
    // The first of the list is seen where points touch.
    const seen = [];
    points.forEach(([point, px, py]) => {
      const over = seen.find(([, ox, oy]) => Math.hypot(ox - px, oy - py) * times < 30);
      point.setAttribute('visibility', over ? 'hidden' : 'visible');
      point.classList.remove('many');
      if (over) over[0].classList.add('many');
      else seen.push([point, px, py]);
    });
  };
  const enlarge = by => {
    const next = Math.min(Math.max(times * by, 1), 16);
    x += wide / times / 2 - wide / next / 2;
    y += high / times / 2 - high / next / 2;
    times = next;
    draw();
  };
  const move = (right, down) => { x += right * wide / times / 4; y += down * high / times / 4; draw(); };
  const [closer, farther] = bar.querySelectorAll('a');
  closer.addEventListener('click', event => { event.preventDefault(); enlarge(2); });
  farther.addEventListener('click', event => { if (times > 1) { event.preventDefault(); enlarge(.5); } });
  for (const [sign, words, right, down] of [['←', 'Vers l’ouest', -1, 0], ['↑', 'Vers le nord', 0, -1], ['↓', 'Vers le sud', 0, 1], ['→', 'Vers l’est', 1, 0]]) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'link';
    button.textContent = sign;
    button.setAttribute('aria-label', words);
    button.onclick = () => move(right, down);
    bar.append(' ', button);
  }
  bar.addEventListener('keydown', event => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (way && times > 1) { event.preventDefault(); move(...way); }
  });
  // A point leads to its line of the list; with the keyboard one is there already.
  points.forEach(([point]) => {
    const line = document.querySelector(`.list > li:nth-child(${+point.textContent}) h2 a`);
    if (line) { point.style.cursor = 'pointer'; point.addEventListener('click', () => line.focus()); }
  });
  let held = null;
  svg.addEventListener('pointerdown', event => { if (times > 1) { held = [event.clientX, event.clientY]; svg.setPointerCapture(event.pointerId); } });
  svg.addEventListener('pointermove', event => {
    if (!held) return;
    const unit = wide / times / svg.clientWidth;
    x -= (event.clientX - held[0]) * unit;
    y -= (event.clientY - held[1]) * unit;
    held = [event.clientX, event.clientY];
    draw();
  });
  svg.addEventListener('pointerup', () => { held = null; });
  svg.addEventListener('dblclick', () => enlarge(2));
}
