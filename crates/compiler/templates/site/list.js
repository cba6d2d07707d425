"use strict";

// Filters the list of elements by words, all of which an element must have.
{
  const search = document.getElementById("search");
  const found = document.getElementById("found");
  const elements = [...document.querySelectorAll("#elements > li")];

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const element of elements) {
      element.hidden = !words.every((word) => element.dataset.words.includes(word));
      if (!element.hidden) count++;
    }
    const all = elements.length === 1 ? "1 element" : `${elements.length} elements`;
    if (words.length === 0) found.textContent = all;
    else if (count === 0) found.textContent = `None of ${all} matches “${search.value.trim()}”`;
    else found.textContent = `${count} of ${all}`;
  };

  search.addEventListener("input", filter);
  // Browsers restore what was typed when a page is shown again.
  addEventListener("pageshow", filter);
}
