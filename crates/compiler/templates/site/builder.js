"use strict";

// Builds instance.json from the fields of a form. What is right, what is missing and which conditional
// fields apply is what the generated validator says. Nothing typed is stored or sent.
{
  const validate = elementc.element.validateCreateInstance;
  const MASK = "••••••••";

  /** Words with names between backticks, as elements. */
  const worded = (target, text) => {
    target.replaceChildren(
      ...text.split("`").map((part, at) => {
        if (at % 2 === 0) return part;
        const code = document.createElement("code");
        code.textContent = part;
        return code;
      }),
    );
  };

  /** Sets a member, whatever it is called. */
  const put = (object, key, value) =>
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });

  /** How the text of a control becomes a value; `undefined` for none. */
  const READ = {
    text: (text) => (text === "" ? undefined : text),
    choice: (text) => (text === "" ? undefined : JSON.parse(text)),
    lines: (text) => {
      const lines = text.split("\n").map((line) => line.trim()).filter(Boolean);
      return lines.length === 0 ? undefined : lines;
    },
    // What a number of JavaScript cannot hold stays text, as what is no number does.
    number: (text) => {
      const short = text.trim();
      if (short === "") return undefined;
      return /^-?(0|[1-9]\d*)(\.\d+)?$/.test(short) && String(Number(short)) === short ? Number(short) : short;
    },
    json: (text) => {
      if (text.trim() === "") return undefined;
      try {
        return JSON.parse(text);
      } catch {
        return text;
      }
    },
  };

  /** The other way round, for samples. */
  const WRITE = {
    text: String,
    choice: (value, control) => [...control.options].find(({ text }) => text === String(value))?.value ?? "",
    lines: (value) => [value].flat().join("\n"),
    number: String,
    json: (value) => (typeof value === "string" ? value : JSON.stringify(value, null, 2)),
  };

  class Field {
    constructor(element) {
      this.element = element;
      this.path = JSON.parse(element.dataset.path);
      this.pointer = element.dataset.pointer;
      this.isSecret = "secret" in element.dataset;
      this.isConditional = "conditional" in element.dataset;
      this.isTouched = false;
      this.control = element.querySelector("input, select, textarea");
      this.error = element.querySelector(".error");
      this.title = element.querySelector("label").firstChild.textContent.trim();
    }

    get value() {
      return READ[this.element.dataset.reads](this.control.value);
    }

    set value(value) {
      this.control.value = WRITE[this.element.dataset.reads](value, this.control);
    }

    /** Shows what is wrong with it; nothing before anybody has been here. */
    explain(messages) {
      const isWrong = this.isTouched && messages.length > 0;
      worded(this.error, isWrong ? messages.join("\n") : "");
      this.control.setAttribute("aria-invalid", String(isWrong));
    }

    focus() {
      const fold = this.element.closest("details");
      if (fold) fold.open = true;
      this.control.focus();
    }
  }

  class Builder {
    constructor(form) {
      this.form = form;
      this.order = JSON.parse(form.dataset.order);
      this.fields = [...form.querySelectorAll(".field")].map((element) => new Field(element));
      this.fixed = [...form.querySelectorAll("[data-fixed]")].map(({ dataset }) => ({
        path: JSON.parse(dataset.path),
        value: JSON.parse(dataset.fixed),
      }));
      this.sections = [...form.querySelectorAll(".section")];
      this.verdict = form.querySelector(".verdict");
      this.listen();
      this.update();
    }

    part(name) {
      return this.form.querySelector(name);
    }

    listen() {
      const { form } = this;
      form.addEventListener("input", ({ target }) => {
        const field = this.fields.find(({ control }) => control === target);
        if (field) field.isTouched = true;
        this.update();
      });
      form.addEventListener("submit", (event) => event.preventDefault());
      form.addEventListener("reset", () => {
        for (const field of this.fields) field.isTouched = false;
        setTimeout(() => this.update());
      });
      form.addEventListener("click", ({ target }) => {
        const button = target.closest("button");
        if (button?.matches(".reveal")) this.reveal(button);
        if (button?.dataset.do) this[button.dataset.do]();
      });
    }

    /** The body of the request, without hidden fields. */
    body(hidden, mask = (field, value) => value) {
      const given = [...this.fixed];
      for (const field of this.fields) {
        const { value } = field;
        if (value !== undefined && !hidden.has(field)) given.push({ path: field.path, value: mask(field, value) });
      }
      const body = {};
      for (const [key, isNeeded] of this.order) {
        const members = {};
        for (const { path, value } of given.filter(({ path }) => path[0] === key)) {
          if (path.length === 1) put(body, key, value);
          else put(members, path[1], value);
        }
        if (isNeeded || Object.keys(members).length > 0) put(body, key, members);
      }
      return body;
    }

    update() {
      // Conditional fields show once the validator misses them: until it asks for no more.
      const hidden = new Set(this.fields.filter(({ isConditional }) => isConditional));
      let report;
      let isSettled = false;
      while (!isSettled) {
        this.current = this.body(hidden);
        report = validate(this.current, { strict: true });
        isSettled = true;
        for (const { code, pointer } of report.violations) {
          const field = this.fields.find((field) => field.pointer === pointer);
          if (code === "missing-entry" && field && hidden.delete(field)) isSettled = false;
        }
      }
      for (const field of this.fields) field.element.hidden = hidden.has(field);
      const shown = this.body(hidden, ({ isSecret }, value) => (isSecret ? MASK : value));
      this.part(".preview").textContent = JSON.stringify(shown, null, 2);
      this.explain(report.violations);
    }

    /** Explains each violation at its field, at its section if it is about several, and in the list. */
    explain(violations) {
      const at = new Map([...this.fields, ...this.sections].map((place) => [place, []]));
      const places = [...at.keys()];
      const placed = violations.map((violation) => {
        const { pointer } = violation;
        const field = this.fields.find((field) => pointer === field.pointer || pointer.startsWith(`${field.pointer}/`));
        const place = field ?? this.sections.find(({ dataset }) => dataset.pointer === pointer);
        at.get(place)?.push(violation.message);
        return { violation, field, place };
      });
      // In the order of the form.
      placed.sort((a, b) => places.indexOf(a.place) - places.indexOf(b.place));
      const items = placed.map(({ violation, field, place }) => {
        const { message } = violation;
        const item = document.createElement("li");
        if (place === undefined) {
          worded(item, message);
          return item;
        }
        const link = document.createElement("a");
        link.href = `#${field ? field.control.id : place.querySelector(".error").id}`;
        worded(link, violation.code === "missing-entry" && field ? field.title : message);
        link.addEventListener("click", (event) => {
          event.preventDefault();
          for (const each of field ? [field] : this.fields) {
            each.isTouched ||= each === field || place.contains(each.element);
          }
          this.update();
          if (field) return field.focus();
          if ("open" in place) place.open = true;
          place.querySelector(".error").focus();
        });
        item.append(link);
        return item;
      });
      for (const field of this.fields) field.explain(at.get(field));
      for (const section of this.sections) {
        const isTouched = this.fields.some((field) => field.isTouched && section.contains(field.element));
        worded(section.querySelector(".error"), isTouched ? at.get(section).join("\n") : "");
      }
      this.part(".violations").replaceChildren(...items);
      this.announce(violations);
    }

    /** Says how far it is, once typing pauses. */
    announce(violations) {
      const missing = violations.filter(({ code }) => code === "missing-entry").length;
      const wrong = violations.length - missing;
      const parts = [];
      if (wrong > 0) parts.push(`${wrong} to correct`);
      if (missing > 0) parts.push(`${missing} still to fill in`);
      const text = parts.length === 0 ? "Valid: ready to post" : parts.join(", ");
      this.form.dataset.state = violations.length === 0 ? "valid" : wrong > 0 ? "wrong" : "open";
      clearTimeout(this.timer);
      const say = () => {
        if (this.verdict.textContent !== text) this.verdict.textContent = text;
      };
      if (this.verdict.textContent === "") say();
      else this.timer = setTimeout(say, 250);
    }

    say(text) {
      const state = this.form.dataset.state === "valid" ? "" : " It is not valid yet.";
      this.part(".said").textContent = text + state;
    }

    async give(text, from, what, isSecret) {
      try {
        await navigator.clipboard.writeText(text);
        this.say(`${what} copied.`);
      } catch {
        // What is shown has no secrets, so it is no substitute for a body.
        if (!isSecret) getSelection().selectAllChildren(from);
        this.say(isSecret ? "The clipboard cannot be reached: download it instead." : "Selected: press Ctrl+C.");
      }
    }

    get text() {
      return `${JSON.stringify(this.current, null, 2)}\n`;
    }

    copy() {
      return this.give(this.text, this.part(".preview"), "instance.json", true);
    }

    curl() {
      const command = this.part(".curl");
      return this.give(command.textContent, command, "The command", false);
    }

    download() {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([this.text], { type: "application/json" }));
      link.download = "instance.json";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
      this.say("instance.json downloaded.");
    }

    /** Puts the sample into the fields that are empty. */
    sample() {
      const sample = JSON.parse(this.form.dataset.sample);
      for (const field of this.fields) {
        const value = field.path.reduce((object, key) => object?.[key], sample);
        if (value === undefined || field.value !== undefined) continue;
        field.value = value;
        field.isTouched = true;
      }
      this.update();
    }

    reveal(button) {
      const { control } = this.fields.find(({ element }) => element.contains(button));
      const isShown = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(isShown));
      button.firstChild.textContent = isShown ? "Hide" : "Show";
      if (control.tagName === "TEXTAREA") control.classList.toggle("masked", !isShown);
      else control.type = isShown ? "text" : "password";
    }
  }

  const builders = [...document.querySelectorAll("form.builder")].map((form) => new Builder(form));
  const choose = () => {
    const chosen = document.querySelector("#methods input:checked")?.value ?? builders[0]?.form.id;
    for (const { form } of builders) form.hidden = form.id !== chosen;
  };
  document.getElementById("methods")?.addEventListener("change", choose);
  // Browsers restore what was typed when a page is shown again.
  addEventListener("pageshow", () => {
    choose();
    for (const builder of builders) builder.update();
  });
}
