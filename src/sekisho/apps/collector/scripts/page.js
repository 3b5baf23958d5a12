// Looks at the document from a world of its own, in which no script of the page can change what is asked.
// Every answer is bounded; nothing is changed but what is kept in `kept` to be clicked or filled later.
(() => {
  "use strict";
  if (globalThis.look) return;
  const kept = [];
  const MAX_NODES = 20000;
  const clip = (text, length) => (text || "").replace(/\s+/g, " ").trim().slice(0, length);
  const keep = (element) => kept.push(element) - 1;
  const seen = (element) => {
    const box = element.getBoundingClientRect();
    if (box.width < 1 || box.height < 1) return false;
    return element.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true });
  };
  const box = (element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return [x, y, width, height];
  };
  function* all(root, limit = { left: MAX_NODES }) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT);
    for (let node = walker.nextNode(); node && limit.left > 0; node = walker.nextNode()) {
      limit.left -= 1;
      yield node;
      if (node.shadowRoot) yield* all(node.shadowRoot, limit);
    }
  }
  const behind = (element) => {
    for (let node = element; node; node = node.parentElement || (node.getRootNode() || {}).host) {
      const colour = getComputedStyle(node).backgroundColor;
      if (colour && !/^(transparent|rgba\(.*, 0\))$/.test(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const look = (element) => {
    const style = getComputedStyle(element);
    return {
      at: keep(element), box: box(element), px: parseFloat(style.fontSize) || 0, weight: parseFloat(style.fontWeight) || 400,
      colour: style.color, behind: behind(element), underlined: style.textDecorationLine.includes("underline"),
    };
  };
  const words = (element) =>
    clip(element.innerText || element.value || element.getAttribute("aria-label") || element.title || element.alt
      || (element.querySelector("img[alt]") || {}).alt, 80);
  const CLICKABLE = "button, a[href], a[onclick], [role=button], input[type=button], input[type=submit], input[type=image], summary, [onclick]";
  const clickable = (root, most) => {
    const found = [];
    for (const each of all(root)) {
      if (found.length >= most) break;
      if (each.matches(CLICKABLE) && seen(each) && words(each))
        found.push({ words: words(each), tag: each.localName, href: each.href ? String(each.href).slice(0, 2000) : "", ...look(each) });
    }
    return found;
  };
  const ticks = (root) => {
    const found = [];
    for (const each of all(root)) {
      if (found.length >= 100) break;
      const native = each.matches("input[type=checkbox]");
      if (!native && !each.matches("[role=switch], [role=checkbox]")) continue;
      const ticked = native ? each.checked : each.getAttribute("aria-checked") === "true";
      const fixed = native ? each.disabled : each.getAttribute("aria-disabled") === "true";
      const label = (each.labels && each.labels[0]) || each.closest("label") || each.parentElement;
      if (seen(native && label && !seen(each) ? label : each))
        found.push({ at: keep(native && label && !seen(each) ? label : each), ticked, fixed, words: clip(label && label.innerText, 80) });
    }
    return found;
  };
  const overlays = (pattern) => {
    const about = new RegExp(pattern, "i");
    const found = [];
    if (self !== top && document.body && about.test((document.body.innerText || "").slice(0, 3000))) found.push(document.body);
    for (const each of all(document)) {
      if (found.length >= 20) break;
      const style = getComputedStyle(each);
      const raised = style.position === "fixed" || style.position === "sticky"
        || each.matches("[role=dialog], [role=alertdialog], [aria-modal=true], dialog[open]")
        || /cookie|consent|gdpr|cmp[-_]|cc-window/i.test(`${each.id} ${each.getAttribute("class") || ""}`);
      if (!raised || !seen(each)) continue;
      let text = each.innerText || "";
      if (each.shadowRoot) for (const inner of each.shadowRoot.children) text += ` ${inner.innerText || ""}`;
      if (text.length > 8000 || !about.test(text)) continue;
      if (!found.some((outer) => outer.contains(each) || outer.contains((each.getRootNode() || {}).host || null))) found.push(each);
    }
    return found.map((each) => {
      const root = each.shadowRoot && !each.innerText ? each.shadowRoot : each;
      return {
        text: clip(root === each ? each.innerText : [...root.children].map((inner) => inner.innerText || "").join(" "), 4000), box: box(each), buttons: clickable(root, 60), ticks: ticks(root),
        modal: each.matches("[aria-modal=true], dialog[open]"),
      };
    });
  };
  const links = (most) => {
    const found = [];
    for (const each of all(document)) {
      if (found.length >= most) break;
      if (!each.matches("a[href], area[href]")) continue;
      const style = getComputedStyle(each);
      found.push({ href: String(each.href).slice(0, 2000), words: words(each), px: parseFloat(style.fontSize) || 0, seen: seen(each) });
    }
    return found;
  };
  const text = (most) => {
    const sizes = {};
    const walker = document.createTreeWalker(document.body || document.documentElement, NodeFilter.SHOW_TEXT);
    let left = MAX_NODES;
    for (let node = walker.nextNode(); node && left > 0; node = walker.nextNode()) {
      left -= 1;
      const length = node.data.trim().length;
      const holder = node.parentElement;
      if (!length || !holder || holder.closest("a[href], nav, header, footer, button, script, style, noscript") || !seen(holder)) continue;
      const px = parseFloat(getComputedStyle(holder).fontSize) || 0;
      sizes[px] = (sizes[px] || 0) + length;
    }
    const headings = [...document.querySelectorAll("h1, h2, h3, h4, caption")].slice(0, 200).map((each) => clip(each.innerText, 120));
    return {
      title: clip(document.title, 200), headings, sizes, text: ((document.body || {}).innerText || "").slice(0, most),
      language: (document.documentElement || {}).lang || "",
    };
  };
  const fields = (most) => {
    const found = [];
    for (const each of all(document)) {
      if (found.length >= most) break;
      if (!each.matches("input, textarea, select") || each.disabled || each.readOnly || !seen(each)) continue;
      const type = (each.type || "").toLowerCase();
      if (["hidden", "submit", "button", "image", "reset", "file", "checkbox", "radio", "range", "color"].includes(type)) continue;
      const label = each.labels && each.labels[0] ? each.labels[0].innerText
        : (document.getElementById(each.getAttribute("aria-labelledby") || "") || each.closest("label") || {}).innerText || each.ariaLabel;
      const row = each.closest("tr, dl, .row, .form-group, fieldset, p, li");
      const heading = row ? row.querySelector("th, dt, legend, label") : null;
      const near = heading ? heading.innerText
        : row ? [...row.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join(" ") : "";
      found.push({
        at: keep(each), tag: each.localName, type, name: clip(each.name, 80), id: clip(each.id, 80), label: clip(label, 80), near: clip(near, 80),
        placeholder: clip(each.placeholder, 80), autocomplete: clip(each.autocomplete, 40), most: each.maxLength > 0 ? each.maxLength : 0,
        options: each.localName === "select" ? [...each.options].slice(0, 200).map((option) => clip(option.value, 40)) : [],
      });
    }
    return found;
  };
  globalThis.look = {
    overlays, links, text, fields, kept,
    controls: () => clickable(document, 200),
    html: (most) => (document.documentElement ? document.documentElement.outerHTML : "").slice(0, most),
    choose: (at, value) => {
      const element = kept[at];
      element.focus();
      element.value = value;
      for (const name of ["input", "change"]) element.dispatchEvent(new Event(name, { bubbles: true }));
      element.blur();
    },
    focus: (at) => { kept[at].scrollIntoView({ block: "center", behavior: "instant" }); kept[at].focus(); return kept[at].matches(":focus"); },
    bring: (at) => { kept[at].scrollIntoView({ block: "center", inline: "center", behavior: "instant" }); },
    blur: (at) => kept[at].blur(),
    there: (at) => kept[at].isConnected && seen(kept[at]),
    scroll: () => window.scrollTo({ top: Math.min(document.documentElement.scrollHeight, 20000), behavior: "instant" }),
    top: () => window.scrollTo({ top: 0, behavior: "instant" }),
  };
})();
