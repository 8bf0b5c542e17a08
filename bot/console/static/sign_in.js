// A link in an e-mail comes from another site, and then the browser keeps the strict cookie back: whoever is signed in
// lands here all the same. A request of our own page carries it.
const section = document.querySelector("[data-next]");
const still = await fetch("/console/here/still", { headers: { "X-Requested-With": "fetch" } });
if (still.ok) location.replace(section.dataset.next);
