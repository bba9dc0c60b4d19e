// What is typed into a form with `data-draft` is kept for whoever types it until it is sent (collab/web/drafts.py). It is kept a
// few seconds after typing stops and when the page is left; opened again, the form offers it and puts nothing back unasked.
const PAUSE = 3000, MOST = 60000, UNKEPT = ["hidden", "password", "file", "submit", "button", "image", "reset"];
const mark = crypto.randomUUID?.() ?? `m${Date.now()}${String(Math.random()).slice(2, 12)}`;
const keepers = [...document.querySelectorAll("form[data-draft]")].map(keeper);
const [ours, went] = (document.body.dataset.draftMark ?? "").split(" ");

function fieldsOf(form) {
  return [...form.elements].filter((one) => one.name && one.willValidate !== undefined && !UNKEPT.includes(one.type) && one.tagName !== "FIELDSET");
}

function read(form) {
  const said = {};
  for (const one of fieldsOf(form)) {
    const values = (said[one.name] ??= []);
    if (["checkbox", "radio"].includes(one.type)) { if (one.checked) values.push(one.value); }
    else if (one.type === "select-multiple") values.push(...[...one.selectedOptions].map((option) => option.value));
    else values.push(one.value);
  }
  return said;
}

// Puts values back; what has no field yet (some appear while one types) is returned.
function write(form, said) {
  const left = { ...said }, seen = {};
  for (const one of fieldsOf(form)) {
    const values = said[one.name];
    if (!values) continue;
    delete left[one.name];
    const nth = (seen[one.name] = (seen[one.name] ?? -1) + 1), before = JSON.stringify([one.value, one.checked]);
    if (["checkbox", "radio"].includes(one.type)) one.checked = values.includes(one.value);
    else if (one.type === "select-multiple") for (const option of one.options) option.selected = values.includes(option.value);
    else if (values[nth] !== undefined) one.value = values[nth];
    if (before === JSON.stringify([one.value, one.checked])) continue;
    for (const kind of ["input", "change"]) one.dispatchEvent(new Event(kind, { bubbles: true }));
  }
  return left;
}

const token = (form) => form.querySelector("[name=csrf_token]")?.value ?? "";
const same = (one, other) => Object.keys({ ...one, ...other }).every((name) => [one, other].every((side) => !side[name]?.some(Boolean)) || JSON.stringify(one[name]) === JSON.stringify(other[name]));

function keeper(form) {
  return { form, name: form.dataset.draft, first: read(form), last: JSON.stringify(read(form)), held: false, mark, timer: 0, left: null };
}

async function save(one) {
  clearTimeout(one.timer);
  const fields = read(one.form), now = JSON.stringify(fields);
  if (one.held || now === one.last) return;
  const body = JSON.stringify({ form: one.name, mark: one.mark, seen: one.form.dataset.seen ?? "", fields });
  if (new Blob([body]).size > MOST) return;
  const before = one.last;
  one.last = now;
  try {
    const answer = await fetch("/drafts", { method: "POST", keepalive: true, body, headers: { "Content-Type": "application/json", "X-CSRFToken": token(one.form) } });
    if (answer.ok) say(one, (await answer.json()).said);
    else one.last = before;
  } catch { one.last = before; }
}

function say(one, words) {
  let line = one.form.querySelector(".kept");
  if (!line) one.form.append(line = Object.assign(document.createElement("p"), { className: "kept soft small" }));
  line.textContent = words;
}

function typed({ target }) {
  const one = keepers.find(({ form }) => form === target.form);
  if (!one) return;
  clearTimeout(one.timer);
  one.timer = setTimeout(save, PAUSE, one);
}

const leave = () => keepers.forEach(save);
addEventListener("input", typed);
addEventListener("change", typed);
addEventListener("pagehide", leave);
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && leave());
addEventListener("formdata", ({ target, formData }) => {
  const one = keepers.find(({ form }) => form === target);
  if (one && !one.held) formData.append("_draft", `${one.name} ${one.mark}`);
});
addEventListener("submit", (event) => {
  const one = keepers.find(({ form }) => form === event.target);
  if (one && !event.defaultPrevented) save(one);    // whatever becomes of the form on its way
});
document.addEventListener("htmx:afterSettle", () => keepers.forEach((one) => { if (one.left) one.left = write(one.form, one.left); }));

const node = (tag, className, ...inside) => {
  const made = Object.assign(document.createElement(tag), { className });
  made.append(...inside);
  return made;
};

function offer(one, kept) {
  const button = (words, kind, press) => {
    const made = node("button", `btn ${kind}`, words);
    made.type = "button";
    made.addEventListener("click", press);
    return made;
  };
  const box = node("div", "cluster", node("p", "", kept.words.offer));
  const notice = node("div", "notice info unprinted", node("span", ""), box);
  notice.setAttribute("role", "status");
  const done = () => { one.held = false; one.last = JSON.stringify(read(one.form)); };
  box.append(
    button(kept.words.go_on, "quiet", () => {
      one.left = write(one.form, kept.fields);
      one.mark = kept.mark;
      done();
      box.replaceChildren(node("p", "", kept.words.back), ...(kept.seen === (one.form.dataset.seen ?? "") ? [] : differences(one, kept)));
      fieldsOf(one.form)[0]?.focus();
    }),
    button(kept.words.discard, "plain", () => {
      const body = new URLSearchParams({ form: one.name, csrf_token: token(one.form) });
      fetch("/drafts/discard", { method: "POST", body });
      notice.remove();
      done();
      fieldsOf(one.form)[0]?.focus();
    }),
  );
  one.held = true;
  one.form.prepend(notice);
}

// What stands now beside what was typed, where the one is not the other.
function differences(one, kept) {
  const list = node("dl", "changes");
  for (const [name, values] of Object.entries(kept.fields)) {
    const now = (one.first[name] ?? []).join(", "), mine = values.join(", ");
    const label = one.form.querySelector(`label[for="f-${CSS.escape(name)}"]`)?.firstChild?.textContent ?? name;
    if (now !== mine) list.append(node("div", "", node("dt", "", label), node("dd", "", node("del", "", now || "–"), " ", node("ins", "", mine || "–"))));
  }
  return list.children.length ? [node("p", "", kept.words.changed), list] : [];
}

// A page that answers a sent form shows what was typed already: it goes on under the mark it was sent with.
for (const one of keepers) if (one.name === ours && went) Object.assign(one, { mark: went, last: "" });
const asked = keepers.filter((one) => one.name !== ours || !went);
if (asked.length) {
  const query = new URLSearchParams(asked.map((one) => ["form", one.name]));
  fetch(`/drafts?${query}`).then((answer) => (answer.ok ? answer.json() : [])).then((found) => {
    for (const kept of found) {
      const one = asked.find(({ name }) => name === kept.form);
      if (same(kept.fields, read(one.form))) one.mark = kept.mark;
      else if (same(one.first, read(one.form))) offer(one, kept);
    }
  }).catch(() => {});
}
