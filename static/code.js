// The seconds that a payment code is still good; the page works without it.
(() => {
  const panel = document.querySelector("[data-seconds]");
  if (!panel) return;
  const find = (name) => panel.querySelector(`[${name}]`);
  const count = find("data-count");
  // The clock of the phone may be wrong: only how long the page has been open counts.
  const ends = Date.now() + Number(panel.dataset.seconds) * 1000;
  const tick = () => {
    const left = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
    count.textContent = String(left);
    if (left > 0) return;
    clearInterval(timer);
    find("data-good").hidden = true;
    find("data-over").hidden = false;
    find("data-code").classList.add("is-over");
  };
  const timer = setInterval(tick, 500);
  document.addEventListener("visibilitychange", tick);
  tick();
})();
