// What is wrong with the page as it is shown now, on a screen of that width: a list of sentences.
((width) => {
  const found = new Set();
  const rgba = (text) => {
    const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number);
    return { r, g, b, a };
  };
  const over = (top, under) => ({
    r: top.r * top.a + under.r * (1 - top.a),
    g: top.g * top.a + under.g * (1 - top.a),
    b: top.b * top.a + under.b * (1 - top.a),
    a: 1,
  });
  const luminance = (c) => {
    const [r, g, b] = [c.r, c.g, c.b].map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (light + 0.05) / (dark + 0.05);
  };
  const probe = document.body.appendChild(document.createElement("i"));
  probe.style.background = "Canvas";
  const canvas = rgba(getComputedStyle(probe).backgroundColor);
  probe.remove();
  const upward = (element) => (element ? [element, ...upward(element.parentElement)] : []);
  const background = (element) =>
    upward(element).reverse().reduce((under, e) => over(rgba(getComputedStyle(e).backgroundColor), under), canvas);

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    const range = document.createRange();
    range.selectNodeContents(node);
    if (!node.data.trim() || element.closest("style, script")) continue;
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    const words = node.data.trim().slice(0, 40);
    const behind = background(element);
    const opacity = upward(element).reduce((all, e) => all * Number(getComputedStyle(e).opacity), 1);
    const ink = rgba(style.color);
    const ratio = contrast(over({ ...ink, a: ink.a * opacity }, behind), behind);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (!range.getClientRects().length) found.add(`not seen: ${words}`);
    if (ratio < (large ? 3 : 4.5)) found.add(`contrast ${ratio.toFixed(2)}: ${words}`);
    if (size < 12) found.add(`${size} px: ${words}`);
    if (!element.closest("[lang]")) found.add(`no language: ${words}`);
    if (!element.closest("[dir]")) found.add(`no direction: ${words}`);
  }
  const wide = document.documentElement.scrollWidth;
  if (wide > width) found.add(`${wide} px wide, in ${width}`); // innerWidth grows with it on a telephone
  for (const e of document.querySelectorAll("[style*=overflow-x]"))
    if (e.scrollWidth > e.clientWidth) found.add(`${e.scrollWidth} px to scroll, in ${e.clientWidth}: ${e.innerText.slice(0, 20)}`);
  return [...found];
})
