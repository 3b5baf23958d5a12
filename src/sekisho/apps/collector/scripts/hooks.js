// Runs before anything of the page, in every frame. Reports what scripts ask of the browser; changes no answer.
// BINDING and SEAL are replaced by names drawn anew for each run, so that no page can speak for this script.
(() => {
  "use strict";
  const send = window["BINDING"];
  try { delete window["BINDING"]; } catch { /* it stays visible; nothing hangs on that */ }
  if (typeof send !== "function") return;
  const stringify = JSON.stringify, apply = Reflect.apply, ErrorOf = Error, from = String;
  const LIMIT = 60;
  const told = Object.create(null);
  const whose = () => {
    const lines = from(new ErrorOf().stack).split("\n").slice(2);
    for (const line of lines) {
      const found = /(https?:\/\/[^\s)]+?)(?::\d+){1,2}\)?$/.exec(line);
      if (found && found[1] !== location.href) return found[1].slice(0, 500);
    }
    return location.href.slice(0, 500);
  };
  const tell = (kind, detail) => {
    told[kind] = (told[kind] || 0) + 1;
    if (told[kind] > LIMIT) return;
    try {
      send(stringify({ kind, by: whose(), frame: from(location.href).slice(0, 500), ...detail }));
    } catch { /* a detached frame can't tell any more */ }
  };
  // What a page writes to its console goes to whoever listens; a page that never stops writing must not fill memory.
  for (const name of ["log", "debug", "info", "warn", "error", "trace", "dir", "table"]) {
    const write = console[name];
    let left = 50;
    if (typeof write === "function") console[name] = (...given) => { if (left-- > 0) apply(write, console, given); };
  }
  const wrapped = [];
  const wrap = (owner, name, before) => {
    const original = owner && owner[name];
    if (typeof original !== "function") return;
    const first = (self, given) => {
      try { before.call(self, given); } catch { /* observing never breaks the page */ }
    };
    const replacement = new Proxy(original, {
      apply(target, self, given) { first(self, given); return apply(target, self, given); },
      construct(target, given, as) { first(undefined, given); return Reflect.construct(target, given, as); },
    });
    Object.defineProperty(owner, name, { value: replacement, writable: true, configurable: true });
    wrapped.push([owner, name, replacement]);
  };
  // Canvas, by the rule of Englehardt and Narayanan (2016): what was drawn decides whether reading it tells anything.
  const drawn = new WeakMap();
  const of = (canvas) => {
    let state = drawn.get(canvas);
    if (!state) drawn.set(canvas, (state = { characters: new Set(), colours: new Set(), kept: false }));
    return state;
  };
  const proto = (name) => (window[name] ? window[name].prototype : undefined);
  for (const name of ["fillText", "strokeText"])
    wrap(proto("CanvasRenderingContext2D"), name, function ([text]) {
      const state = of(this.canvas);
      for (const each of from(text).slice(0, 200)) state.characters.add(each);
      state.colours.add(from(this.fillStyle));
    });
  for (const name of ["save", "restore"])
    wrap(proto("CanvasRenderingContext2D"), name, function () { of(this.canvas).kept = true; });
  const read = (canvas, how, width, height) => {
    const state = drawn.get(canvas);
    if (!state || width < 16 || height < 16) return;
    const told = state.characters.size >= 10 || (state.characters.size > 0 && state.colours.size >= 2);
    if (told && !state.kept) tell("canvas", { how });
  };
  for (const name of ["toDataURL", "toBlob"])
    wrap(proto("HTMLCanvasElement"), name, function () { read(this, name, this.width, this.height); });
  wrap(proto("CanvasRenderingContext2D"), "getImageData", function ([, , width, height]) {
    read(this.canvas, "getImageData", width, height);
  });
  const fonts = new Set();
  let measured = 0;
  wrap(proto("CanvasRenderingContext2D"), "measureText", function () {
    measured += 1;
    fonts.add(from(this.font));
    if (measured >= 50 && fonts.size >= 50) { measured = -1e9; tell("fonts", { how: "measureText" }); }
  });
  const font = Object.getOwnPropertyDescriptor(proto("CSSStyleDeclaration") || {}, "fontFamily");
  if (font && font.set && font.configurable) {
    const families = new Set();
    Object.defineProperty(CSSStyleDeclaration.prototype, "fontFamily", {
      ...font,
      set(value) {
        if (families.size < 50 && families.add(from(value)).size === 50) tell("fonts", { how: "fontFamily" });
        return apply(font.set, this, [value]);
      },
    });
  }
  wrap(proto("OfflineAudioContext"), "startRendering", () => tell("audio", { how: "startRendering" }));
  wrap(proto("RTCPeerConnection"), "createOffer", () => tell("webrtc", { how: "createOffer" }));
  wrap(proto("RTCPeerConnection"), "createDataChannel", () => tell("webrtc", { how: "createDataChannel" }));
  for (const name of ["Worker", "SharedWorker"]) wrap(window, name, ([url]) => tell("worker", { how: from(url).slice(0, 500) }));
  wrap(proto("Storage"), "setItem", function ([key]) {
    tell("storage", { how: this === window.localStorage ? "local" : "session", name: from(key).slice(0, 200) });
  });
  const cookie = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
  if (cookie && cookie.configurable)
    Object.defineProperty(Document.prototype, "cookie", {
      ...cookie,
      set(value) {
        tell("cookie", { how: "script", name: from(value).split("=", 1)[0].trim().slice(0, 200) });
        return apply(cookie.set, this, [value]);
      },
    });
  // A Blob's bytes are not told of by the browser's own record of a request.
  const body = (url, data) => {
    if (!(data instanceof Blob) || data.size > 65536) return;
    const address = new URL(from(url), document.baseURI).href;
    data.arrayBuffer().then((bytes) => {
      let text = "";
      for (const each of new Uint8Array(bytes)) text += String.fromCharCode(each);
      tell("body", { how: address.slice(0, 4000), name: btoa(text) });
    });
  };
  wrap(Navigator.prototype, "sendBeacon", ([url, data]) => body(url, data));
  wrap(window, "fetch", ([url, options]) => body(url && url.url ? url.url : url, options && options.body));
  const opened = new WeakMap();
  wrap(proto("XMLHttpRequest"), "open", function ([, url]) { opened.set(this, url); });
  wrap(proto("XMLHttpRequest"), "send", function ([data]) { body(opened.get(this), data); });
  // Forms are filled and never sent.
  const held = () => window[Symbol.for("SEAL")].hold;
  window.addEventListener("submit", (event) => {
    if (!held()) return;
    event.preventDefault();
    tell("submit", { how: "event" });
  }, true);
  const submits = HTMLFormElement.prototype.submit;
  HTMLFormElement.prototype.submit = function () {
    if (held()) { tell("submit", { how: "script" }); return undefined; }
    return apply(submits, this, []);
  };
  // Whether this still stands at the end of the visit; what has no such seal was not watched.
  Object.defineProperty(window, Symbol.for("SEAL"), {
    value: {
      hold: false,
      intact: () => wrapped.every(([owner, name, replacement]) => owner[name] === replacement),
    },
  });
})();
