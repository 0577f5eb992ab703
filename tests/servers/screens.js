/* What is wrong with a page as it is drawn: each function gives sentences, none where all is well. */
(() => {
  const name = element => {
    const text = (element.getAttribute('aria-label') || element.innerText || element.value || '').trim();
    const mark = element.id ? '#' + element.id : element.className && element.className.baseVal === undefined
      ? '.' + String(element.className).trim().split(/\s+/).join('.') : '';
    return `<${element.localName}${mark}> ${JSON.stringify(text.slice(0, 50))}`;
  };
  const shown = element => element.checkVisibility({visibilityProperty: true}) && element.getClientRects().length > 0;
  const all = selector => [...document.querySelectorAll(selector)].filter(shown);
  const clips = element => {
    for (let one = element; one && one !== document.documentElement; one = one.parentElement) {
      if (one.matches('.skip, .spare')) return true;
    }
    return false;
  };

  /* The root moves sideways, or a box that hides what stands out of it hides text. */
  const findCut = () => {
    const root = document.documentElement, found = [];
    if (root.scrollWidth > root.clientWidth) {
      const beyond = all('body *').filter(one => one.getBoundingClientRect().right > root.clientWidth + 1)
        .filter(one => !one.closest('.scroll') || one.matches('.scroll')).slice(-3).map(name);
      found.push(`${root.scrollWidth - root.clientWidth} px wider than ${root.clientWidth}: ${beyond.join('; ')}`);
    }
    for (const one of all('body *')) {
      const hides = ['hidden', 'clip'].includes(getComputedStyle(one).overflowX) && !clips(one);
      if (hides && one.scrollWidth > one.clientWidth + 1 && one.innerText) found.push(`cut: ${name(one)}`);
    }
    for (const one of all('svg text')) {
      const drawn = one.getBoundingClientRect(), box = one.ownerSVGElement.getBoundingClientRect();
      const beyond = Math.max(box.left - drawn.left, drawn.right - box.right, box.top - drawn.top, drawn.bottom - box.bottom);
      if (beyond > 1) found.push(`cut: ${one.textContent} stands ${beyond.toFixed(1)} px out of its drawing`);
    }
    return found;
  };

  /* Lines of text that lie across one another. */
  const findOverlaps = () => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), lines = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (!node.data.trim() || !shown(parent) || parent.closest('script, style, template, option, .bar')
        || clips(parent)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const rect of range.getClientRects()) {
        const edge = rect.height / 4;
        lines.push({node, left: rect.left + 1, right: rect.right - 1, top: rect.top + edge, bottom: rect.bottom - edge});
      }
    }
    const found = new Set();
    lines.sort((one, other) => one.top - other.top);
    lines.forEach((one, place) => {
      for (const other of lines.slice(place + 1)) {
        if (other.top >= one.bottom) break;
        if (other.node === one.node || other.left >= one.right || one.left >= other.right) continue;
        if (one.node.parentElement.closest('.scroll') !== other.node.parentElement.closest('.scroll')) continue;
        found.add(`${name(one.node.parentElement)} lies across ${name(other.node.parentElement)}`);
      }
    });
    return [...found];
  };

  /* What the keyboard reaches without showing it. Press Tab once before: focus by script then shows alike. */
  const findHiddenFocus = () => {
    const found = [];
    for (const one of all('a[href], button, input, select, textarea, summary, audio, [tabindex="0"]')) {
      if (one.disabled || clips(one) && !one.matches('.skip')) continue;
      one.focus();
      if (document.activeElement !== one) { found.push(`cannot be focused: ${name(one)}`); continue; }
      const beside = one.matches('.pick') ? one.nextElementSibling : one;
      const rings = [one, beside].some(box => {
        const style = getComputedStyle(box);
        return style.outlineStyle === 'auto' || style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
      });
      const rect = one.getBoundingClientRect();
      if (!rings) found.push(`focus does not show: ${name(one)}`);
      if (rect.width < 1 || rect.height < 1) found.push(`has focus and no size: ${name(one)}`);
    }
    return found;
  };

  /* In forced colours grounds are gone: what can be tapped or filled in needs an edge or an underline. */
  const findEdgeless = () => {
    const ground = getComputedStyle(document.body).backgroundColor, found = [];
    const plain = 'hidden radio checkbox file'.split(' ').map(type => `:not([type=${type}])`).join('');
    for (const one of all(`button, .button, input${plain}, select, textarea, label.option`)) {
      const style = getComputedStyle(one);
      const edged = style.borderTopStyle !== 'none' && parseFloat(style.borderTopWidth) >= 1
        && style.borderTopColor !== ground;
      if (!edged && !style.textDecorationLine.includes('underline')) found.push(`no edge: ${name(one)}`);
    }
    return found;
  };

  return {findCut, findOverlaps, findHiddenFocus, findEdgeless};
})()
