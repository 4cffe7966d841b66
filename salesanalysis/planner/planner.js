// Names the handles of the sliders and the language for screen readers, hides pictures from them, and keeps the
// one-letter commands of JupyterLab (d d deletes a cell) off a slider or button that has the focus.
(style => {
  const desk = style.closest('.sa-planner');
  if (!desk) return;
  desk.lang = style.lang;
  if (desk.dataset.named) return;
  desk.dataset.named = 'yes';
  const name = () => {
    desk.querySelectorAll('.sa-board .widget-slider').forEach(row => {
      const words = row.querySelector('.widget-label')?.textContent;
      const handle = row.querySelector('.noUi-handle');
      if (handle && handle.getAttribute('aria-label') !== words) handle.setAttribute('aria-label', words);
    });
    // a picture beside the words of a button is a letter of no alphabet to a screen reader
    desk.querySelectorAll('button i').forEach(icon => icon.setAttribute('aria-hidden', 'true'));
  };
  new MutationObserver(name).observe(desk, {childList: true, subtree: true});
  name();
  if (window.salesanalysisKeys) return;
  window.salesanalysisKeys = true;
  // on the window, before JupyterLab's own listener; Ctrl+S still saves the notebook
  window.addEventListener('keydown', event => {
    const at = event.target;
    if (!at.closest?.('.sa-planner')) return;
    at.toggleAttribute('data-lm-suppress-shortcuts', !(event.ctrlKey || event.metaKey));
  }, true);
})(this);
