// What a page owes to everyone: returns a list of faults in words. Run in the page by test_every_page.py.
() => {
  const faults = [];
  const visible = (e) => {
    const box = e.getBoundingClientRect();
    const style = getComputedStyle(e);
    return box.width > 1 && box.height > 1 && style.visibility !== 'hidden' && style.display !== 'none';
  };
  const named = (e) => `<${e.tagName.toLowerCase()}${e.id ? ' #' + e.id : ''}${e.name ? ' ' + e.name : ''}> ${(e.innerText || '').trim().slice(0, 40)}`;
  const all = (selector) => [...document.querySelectorAll(selector)];

  if (!document.documentElement.lang) faults.push('the page does not say its language');
  if (!document.title.trim()) faults.push('the page has no title');
  if (all('h1').length !== 1) faults.push(`expected one h1, found ${all('h1').length}`);
  for (const landmark of ['header', 'main']) {
    if (all(landmark).length !== 1) faults.push(`expected one ${landmark}, found ${all(landmark).length}`);
  }
  for (const nav of all('nav')) if (!nav.getAttribute('aria-label') && !nav.getAttribute('aria-labelledby')) faults.push(`a nav without a name: ${named(nav)}`);
  let depth = 0;
  for (const heading of all('h1, h2, h3, h4')) {
    const level = Number(heading.tagName[1]);
    if (level > depth + 1) faults.push(`a heading skips a level: ${named(heading)}`);
    depth = level;
  }
  const ids = all('[id]').map((e) => e.id);
  for (const id of new Set(ids)) if (ids.filter((other) => other === id).length > 1) faults.push(`two elements share the id ${id}`);
  for (const input of all('input:not([type=hidden]), select, textarea')) {
    const label = input.labels && [...input.labels].some((one) => one.innerText.trim());
    if (!label && !input.getAttribute('aria-label') && !input.getAttribute('aria-labelledby')) faults.push(`no label: ${named(input)}`);
    if (input.type === 'radio' && !input.closest('fieldset')?.querySelector('legend')) faults.push(`choices without a legend: ${named(input)}`);
  }
  for (const press of all('button, a[href]')) {
    if (!press.innerText.trim() && !press.getAttribute('aria-label')) faults.push(`nothing says what it does: ${named(press)}`);
  }
  for (const e of all('[aria-labelledby], [aria-describedby]')) {
    for (const id of `${e.getAttribute('aria-labelledby') || ''} ${e.getAttribute('aria-describedby') || ''}`.split(/\s+/).filter(Boolean)) {
      if (!document.getElementById(id)) faults.push(`${named(e)} points to ${id}, which is not there`);
    }
  }
  for (const image of all('img, svg')) {
    if (!image.getAttribute('alt') && !image.getAttribute('aria-label') && image.getAttribute('aria-hidden') !== 'true') faults.push(`a picture without words: ${named(image)}`);
  }
  for (const table of all('table')) {
    if (!table.querySelector('th[scope=col]')) faults.push(`a table without column headers: ${named(table)}`);
  }
  for (const e of all('[style]')) faults.push(`an inline style: ${named(e)}`);
  for (const e of all('script')) if (!e.src) faults.push('an inline script');
  for (const press of all('button, .button, select, input:not([type=hidden], [type=radio], [type=checkbox])')) {
    const box = press.getBoundingClientRect();
    if (visible(press) && box.height < 24) faults.push(`too small to press (${Math.round(box.height)} px): ${named(press)}`);
  }

  // contrast of computed colours: WCAG 2.2, 4.5 for text and 3 for large text
  const rgba = (text) => {
    const parts = (text.match(/[\d.]+/g) || []).map(Number);
    return text.startsWith('color(srgb') ? [parts[0] * 255, parts[1] * 255, parts[2] * 255, parts[3] ?? 1] : [parts[0], parts[1], parts[2], parts[3] ?? 1];
  };
  const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
  const paper = (e) => {
    const layers = [];
    for (let at = e; at; at = at.parentElement) layers.push(rgba(getComputedStyle(at).backgroundColor));
    const dark = matchMedia('(prefers-color-scheme: dark)').matches;
    return layers.reverse().reduce((under, top) => over(top, under), dark ? [18, 18, 18, 1] : [255, 255, 255, 1]);
  };
  const opacity = (e) => { let found = 1; for (let at = e; at; at = at.parentElement) found *= Number(getComputedStyle(at).opacity); return found; };
  const light = (c) => {
    const [r, g, b] = c.slice(0, 3).map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = new Set();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const e = node.parentElement;
    if (!node.data.trim() || seen.has(e) || !visible(e) || e.closest('.unseen, .skip, script, option, [disabled]')) continue;
    seen.add(e);
    const style = getComputedStyle(e);
    const back = paper(e);
    const ink = rgba(style.color);
    const front = over([ink[0], ink[1], ink[2], ink[3] * opacity(e)], back);
    const [high, low] = [light(front), light(back)].sort((a, b) => b - a);
    const ratio = (high + 0.05) / (low + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) faults.push(`contrast ${ratio.toFixed(2)}: ${named(e)}`);
  }
  return faults;
}
